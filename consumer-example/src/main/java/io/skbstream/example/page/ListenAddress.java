package io.skbstream.example.page;

import java.net.InetSocketAddress;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How an address to listen at is written: {@code HOST:PORT}, or {@code PORT} alone for 127.0.0.1. */
public final class ListenAddress implements ITypeConverter<InetSocketAddress> {
    private static final Pattern ADDRESS = Pattern.compile("(?:(\\[[0-9a-fA-F:.]+]|[^:\\[\\]\\s]+):)?(\\d{1,5})");
    private static final int LARGEST_PORT = 65_535;

    @Override
    public InetSocketAddress convert(String text) {
        var address = ADDRESS.matcher(text);
        if (!address.matches() || Integer.parseInt(address.group(2)) > LARGEST_PORT) {
            throw new TypeConversionException(
                    "'" + text + "' is no address to listen at; write HOST:PORT with a port from 0"
                            + " (any) to 65535, as 127.0.0.1:8080 or [::1]:8080");
        }
        String host = address.group(1) == null ? "127.0.0.1" : address.group(1);
        var resolved = new InetSocketAddress(host, Integer.parseInt(address.group(2)));
        if (resolved.isUnresolved()) {
            throw new TypeConversionException("'" + text + "': there is no host " + host);
        }
        return resolved;
    }
}
