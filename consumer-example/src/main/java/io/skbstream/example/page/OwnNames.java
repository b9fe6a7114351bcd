package io.skbstream.example.page;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Under which names a browser may ask for the page: addresses, localhost, this machine's own names and the one we listen at. Any
 * other may be that of a foreign page which lets its own name lead here, to read ours (DNS rebinding).
 */
final class OwnNames {
    private static final Pattern HOST = Pattern.compile("(\\[[^]]*]|[^:]*)(?::\\d*)?");

    /** No name ends with a number, nor has brackets (URL Standard, host parsing). */
    private static final Pattern ADDRESS = Pattern.compile("\\[.*]|[0-9.]+");

    private final String listensAt;

    OwnNames(InetSocketAddress address) {
        this.listensAt = address.getHostString();
    }

    /** @param header Host as it was sent; null if there is none, which no browser does */
    boolean have(String header) {
        if (header == null) {
            return true;
        }
        var host = HOST.matcher(header);
        if (!host.matches()) {
            return false;
        }
        String name = host.group(1).toLowerCase(Locale.ROOT);
        return ADDRESS.matcher(name).matches()
                || name.equals("localhost")
                || name.equalsIgnoreCase(listensAt)
                || Machine.NAMES.contains(name);
    }

    /** Asked for once, and not before somebody needs it: the name server may take its time. */
    private static final class Machine {
        private static final Set<String> NAMES = names();

        private static Set<String> names() {
            try {
                var self = InetAddress.getLocalHost();
                return Stream.of(self.getHostName(), self.getCanonicalHostName())
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toSet());
            } catch (UnknownHostException nameless) {
                return Set.of();
            }
        }
    }
}
