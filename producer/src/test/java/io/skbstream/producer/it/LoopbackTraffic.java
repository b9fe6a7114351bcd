package io.skbstream.producer.it;

import io.skbstream.producer.libbpf.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace of the test's own, in which nothing moves but the datagrams that the test sends over {@code lo}. The
 * receiver never reads: a packet that finds its buffer full was received by the kernel all the same.
 */
final class LoopbackTraffic implements AutoCloseable {

    static final String THREAD = "it-sender";
    static final int IP_AND_UDP_HEADERS = 28;

    /** How many messages {@link #exchange} sends, each way. */
    static final int MESSAGES = 20;

    private static final int LARGEST_PAYLOAD = 1400;
    private static final Duration QUIET = Duration.ofMillis(100);

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

    /** Where the datagrams go. */
    int port() throws IOException {
        return ((InetSocketAddress) receiver.getLocalAddress()).getPort();
    }

    /**
     * One TCP connection to {@code port} of the loopback address, with messages both ways, from the first packet to the last.
     *
     * @return how many packets that took, by the kernel's own count
     */
    long exchange(StandardProtocolFamily family, int port) throws InterruptedException {
        DeviceTotals before = totals();
        namespace.run(() -> {
            InetAddress loopback = InetAddress.getByName(family == StandardProtocolFamily.INET ? "127.0.0.1" : "::1");
            ByteBuffer message = ByteBuffer.allocateDirect(LARGEST_PAYLOAD);
            try (var server = ServerSocketChannel.open(family).bind(new InetSocketAddress(loopback, port));
                    var client = SocketChannel.open(server.getLocalAddress());
                    var accepted = server.accept()) {
                for (int i = 0; i < MESSAGES; i++) {
                    pass(client, accepted, message);
                    pass(accepted, client, message);
                }
            }
            return null;
        });
        DeviceTotals now = totals();
        DeviceTotals then;
        do { // until the last acknowledgement, which a timer may send
            then = now;
            TimeUnit.MILLISECONDS.sleep(QUIET.toMillis());
            now = totals();
        } while (!now.equals(then));
        return now.since(before).packets();
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

    private static void pass(SocketChannel from, SocketChannel to, ByteBuffer message) throws IOException {
        message.clear();
        while (message.hasRemaining()) {
            from.write(message);
        }
        message.clear();
        while (message.hasRemaining()) {
            to.read(message);
        }
    }

    private static long tid() throws IOException {
        String link = Files.readSymbolicLink(Path.of("/proc/thread-self")).toString(); // PID/task/TID
        return Long.parseLong(link.substring(link.lastIndexOf('/') + 1));
    }
}
