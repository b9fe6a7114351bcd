package io.skbstream.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Locale;

/**
 * Sends UDP datagrams of 64 bytes over loopback from one thread, as fast as it can, to a socket that nobody reads. A
 * program of its own, so that its CPU time is nobody else's. Prints the packets sent and the seconds that took.
 */
public final class Flood {
    private static final int PAYLOAD_BYTES = 64;

    /** Reading the clock for each datagram would be a measurable part of the loop. */
    private static final int DATAGRAMS_PER_LOOK_AT_THE_CLOCK = 256;

    private Flood() {}

    /** The only argument is how many seconds to send. */
    public static void main(String[] args) throws IOException {
        long limitNs = Long.parseLong(args[0]) * 1_000_000_000;
        try (var receiver = DatagramChannel.open();
                var sender = DatagramChannel.open()) {
            receiver.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            sender.connect(receiver.getLocalAddress());
            var payload = ByteBuffer.allocateDirect(PAYLOAD_BYTES);
            long packets = 0;
            long startNs = System.nanoTime();
            long elapsedNs = 0;
            while (elapsedNs < limitNs) {
                for (int i = 0; i < DATAGRAMS_PER_LOOK_AT_THE_CLOCK; i++) {
                    sender.write(payload.clear());
                }
                packets += DATAGRAMS_PER_LOOK_AT_THE_CLOCK;
                elapsedNs = System.nanoTime() - startNs;
            }
            System.out.println(String.format(Locale.ROOT, "%d %.6f", packets, elapsedNs / 1e9));
        }
    }

    /**
     * What one flood came to.
     *
     * @param packets sent
     * @param seconds that took
     */
    record Result(long packets, double seconds) {
        static Result parse(String line) {
            String[] fields = line.strip().split(" ");
            return new Result(Long.parseLong(fields[0]), Double.parseDouble(fields[1]));
        }

        double packetsPerSecond() {
            return packets / seconds;
        }
    }
}
