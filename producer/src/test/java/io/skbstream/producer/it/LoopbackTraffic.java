package io.skbstream.producer.it;

import io.skbstream.producer.libbpf.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A network namespace of the test's own, in which nothing moves but the datagrams that the test sends over {@code lo}. The
 * receiver never reads: a packet that finds its buffer full was received by the kernel all the same.
 */
final class LoopbackTraffic implements AutoCloseable {

    static final String THREAD = "it-sender";
    static final int IP_AND_UDP_HEADERS = 28;

    private static final int LARGEST_PAYLOAD = 1400;

    private final NetworkNamespace namespace = NetworkNamespace.create(THREAD);
    private final DatagramChannel receiver = namespace.run(() -> DatagramChannel.open(StandardProtocolFamily.INET)
            .bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0)));

    NetworkNamespace namespace() {
        return namespace;
    }

    long inode() {
        return namespace.inode();
    }

    /** Payload of the i-th datagram, in bytes. */
    static int payload(int i) {
        return 1 + i % LARGEST_PAYLOAD;
    }

    /** Sends datagrams 0 to {@code count - 1} as fast as one thread can. */
    void send(int count) {
        namespace.run(() -> {
            try (DatagramChannel sender = DatagramChannel.open(StandardProtocolFamily.INET)) {
                sender.connect(receiver.getLocalAddress());
                ByteBuffer payload = ByteBuffer.allocateDirect(LARGEST_PAYLOAD);
                for (int i = 0; i < count; i++) {
                    payload.clear().limit(payload(i));
                    sender.write(payload);
                }
                return null;
            }
        });
    }

    /** Keeps the sending thread on one CPU. */
    void pinTo(int cpu) {
        namespace.run(() -> {
            Process taskset = new ProcessBuilder("taskset", "-pc", Integer.toString(cpu), Long.toString(tid())).start();
            if (taskset.waitFor() != 0) {
                throw new IOException(
                        "taskset: " + new String(taskset.getErrorStream().readAllBytes()));
            }
            return null;
        });
    }

    /** The kernel's number of the sending thread. */
    long threadId() {
        return namespace.run(LoopbackTraffic::tid);
    }

    /** What the kernel itself counted on {@code lo}, from /proc/net/dev of this namespace. */
    DeviceTotals totals() {
        return namespace.run(() -> DeviceTotals.of(Files.readString(Path.of("/proc/thread-self/net/dev")), "lo"));
    }

    @Override
    public void close() throws IOException {
        receiver.close();
        namespace.close();
    }

    private static long tid() throws IOException {
        String link = Files.readSymbolicLink(Path.of("/proc/thread-self")).toString(); // PID/task/TID
        return Long.parseLong(link.substring(link.lastIndexOf('/') + 1));
    }
}
