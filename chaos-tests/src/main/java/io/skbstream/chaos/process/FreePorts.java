package io.skbstream.chaos.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;

/**
 * Ports for servers that are started again and again. They lie below those that the kernel gives to outgoing connections
 * (net.ipv4.ip_local_port_range begins at 32768), one of which could else take a port while its server is away.
 */
public final class FreePorts {

    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;
    private static final int TRIES = 1_000;

    private static final Random RANDOM = new Random();

    private FreePorts() {}

    /** A port of 127.0.0.1 that is free now. */
    public static int next() throws IOException {
        IOException last = null;
        for (int i = 0; i < TRIES; i++) {
            int port = LOWEST + RANDOM.nextInt(HIGHEST - LOWEST);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
                return free.getLocalPort();
            } catch (IOException taken) {
                last = taken;
            }
        }
        throw last;
    }
}
