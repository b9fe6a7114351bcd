package io.skbstream.embeddedkafka;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Chooses ports of 127.0.0.1 for servers that start later, or again and again. They lie below those that the kernel gives to outgoing
 * connections, one of which could else take a port while its server is away. Any thread.
 */
public final class FreePorts {
    private static final int LOWEST = 10_000;
    private static final int HIGHEST = 65_000;
    private static final int TRIES = 1_000;
    private static final Path OUTGOING = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    private static final Random RANDOM = new Random();
    private static final Set<Integer> GIVEN = new HashSet<>();

    private FreePorts() {}

    /** Returns a port on which no server listens now, and that it has not returned in this process before. */
    public static synchronized int next() throws IOException {
        int end = firstOutgoing() > LOWEST ? firstOutgoing() : HIGHEST; // or else all ports are such
        IOException last = new IOException("all ports from " + LOWEST + " to " + end + " have been given");
        for (int i = 0; i < TRIES; i++) {
            int port = LOWEST + RANDOM.nextInt(end - LOWEST);
            if (GIVEN.contains(port)) {
                continue;
            }
            try (var free = new ServerSocket(port, 1, InetAddress.getByName(LoopbackSockets.ADDRESS))) {
                GIVEN.add(free.getLocalPort());
                return free.getLocalPort();
            } catch (IOException taken) {
                last = taken;
            }
        }
        throw last;
    }

    private static int firstOutgoing() throws IOException {
        return Integer.parseInt(Files.readString(OUTGOING).strip().split("\\s+")[0]);
    }
}
