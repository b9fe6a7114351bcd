package io.skbstream.clients;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Utils;

/** The first of some servers that answers, looked at to say what is wrong. All of them together are waited for no longer than one. */
public final class FirstAnswer {

    private static final int PATIENCE_MS = 2_000;

    private FirstAnswer() {}

    /** Looks at a server over a connection, of which each read gives up in time. */
    @FunctionalInterface
    public interface Look<T> {

        /**
         * @param server {@code host:port}
         * @throws IOException if nothing answers
         */
        T at(Socket connected, String server) throws IOException, GeneralSecurityException;
    }

    /**
     * What is seen of the first one that answers within two seconds; empty if none does.
     *
     * @param servers {@code host:port}, comma-separated
     */
    public static <T> Optional<T> among(String servers, Look<T> look) {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        for (String server : servers.split(",")) {
            Optional<T> seen = leftMs(endNs) > 0 ? at(server.strip(), endNs, look) : Optional.empty();
            if (seen.isPresent()) {
                return seen;
            }
        }
        return Optional.empty();
    }

    private static <T> Optional<T> at(String server, long endNs, Look<T> look) {
        String host = Utils.getHost(server);
        Integer port = Utils.getPort(server);
        if (host == null || port == null) {
            return Optional.empty();
        }
        try (Socket socket = SocketChannel.open().socket()) { // of a channel, so that an interrupt ends the wait
            InetSocketAddress address = new InetSocketAddress(host, port); // to look its name up takes time, too
            socket.connect(address, atLeastOne(leftMs(endNs)));
            socket.setSoTimeout(atLeastOne(leftMs(endNs)));
            return Optional.of(look.at(socket, server));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException silent) { // Kafka's client says it
            return Optional.empty();
        }
    }

    private static int leftMs(long endNs) {
        return (int) TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
    }

    /** Zero would be for ever. */
    private static int atLeastOne(int ms) {
        return Math.max(1, ms);
    }
}
