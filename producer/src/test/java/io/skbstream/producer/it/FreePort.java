package io.skbstream.producer.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port of the loopback address for a server that starts later. The kernel gives no such port to a socket that does not
 * name one, so no connection takes it meanwhile.
 */
final class FreePort {

    private static final Path EPHEMERAL = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final int FIRST = 10_000;
    private static final int TRIES = 1_000;

    private FreePort() {}

    static int outsideOfTheEphemeralRange() throws IOException {
        int end = Integer.parseInt(Files.readString(EPHEMERAL).strip().split("\\s+")[0]);
        for (int i = 0; i < TRIES && end > FIRST; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, end);
            if (isFree(port)) {
                return port;
            }
        }
        try (var any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) { // then all ports are such
            return any.getLocalPort();
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
