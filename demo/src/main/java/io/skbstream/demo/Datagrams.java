package io.skbstream.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Gentle loopback traffic: a hundred UDP datagrams a second of changing sizes, to itself. Owns its thread. */
final class Datagrams implements Traffic {
    private static final long INTERVAL_NS = Duration.ofMillis(10).toNanos();
    private static final long JOIN_TIMEOUT_MS = 2_000;
    private static final int MAX_BYTES = 1_200;

    /** Without a common divisor with the range, so that the sizes walk through all of it. */
    private static final int SIZE_STEP_BYTES = 37;

    private final DatagramChannel socket;
    private final Thread sender = new Thread(this::send, "traffic");

    private Datagrams(DatagramChannel socket) {
        this.socket = socket;
    }

    static Datagrams start() throws IOException {
        var socket = DatagramChannel.open();
        // To a bound socket, as nobody's port would be answered with ICMP.
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.configureBlocking(false);
        var traffic = new Datagrams(socket);
        traffic.sender.setDaemon(true);
        traffic.sender.start();
        return traffic;
    }

    private void send() {
        var outgoing = ByteBuffer.allocateDirect(MAX_BYTES);
        var incoming = ByteBuffer.allocateDirect(MAX_BYTES);
        try {
            var self = socket.getLocalAddress();
            for (int sizeBytes = 0; ; sizeBytes = (sizeBytes + SIZE_STEP_BYTES) % MAX_BYTES) {
                socket.send(outgoing.clear().limit(sizeBytes), self);
                socket.receive(incoming.clear());
                LockSupport.parkNanos(INTERVAL_NS);
            }
        } catch (ClosedChannelException e) {
            // the end, by close()
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send datagrams over loopback", e);
        }
    }

    /** Nothing is sent any more when this returns. May be repeated. */
    @Override
    public void close() throws IOException {
        socket.close();
        try {
            sender.join(JOIN_TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
