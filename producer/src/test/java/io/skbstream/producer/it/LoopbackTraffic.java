package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

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
    private static final long LOOK_EVERY_MS = 10;

    /** A TCP socket's state that sends nothing more of its own, as {@code /proc/net/tcp} has it (include/net/tcp_states.h). */
    private static final String TIME_WAIT = "06";

    private static final int STATE = 3;

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

    /**
     * Sends datagrams 0 to {@code count - 1} as fast as one thread can, and returns once the kernel has received them all: on a busy
     * machine ksoftirqd may have to take the last ones.
     */
    void send(int count) throws InterruptedException {
        long before = received();
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
        await("the kernel to receive all datagrams", () -> received() - before >= count);
    }

    /** Whether the loopback address of this family can be used in a new network namespace. */
    static boolean isThere(StandardProtocolFamily family) {
        try (NetworkNamespace tried = NetworkNamespace.create(THREAD)) {
            return tried.run(() -> {
                try (var server = ServerSocketChannel.open(family)) {
                    return server.bind(new InetSocketAddress(loopback(family), 0)) != null;
                } catch (IOException | UnsupportedOperationException without) {
                    return false;
                }
            });
        }
    }

    private static InetAddress loopback(StandardProtocolFamily family) throws IOException {
        return InetAddress.getByName(family == StandardProtocolFamily.INET ? "127.0.0.1" : "::1");
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
            ByteBuffer message = ByteBuffer.allocateDirect(LARGEST_PAYLOAD);
            try (var server = ServerSocketChannel.open(family).bind(new InetSocketAddress(loopback(family), port));
                    var client = SocketChannel.open(server.getLocalAddress());
                    var accepted = server.accept()) {
                for (int i = 0; i < MESSAGES; i++) {
                    pass(client, accepted, message);
                    pass(accepted, client, message);
                }
            }
            return null;
        });
        await("the last acknowledgement", () -> namespace.run(LoopbackTraffic::isTcpAtRest));
        return totals().since(before).packets();
    }

    /** Keeps the sending thread on one CPU, the first that this process may use. */
    void pin() {
        namespace.run(() -> {
            String cpu = line(Path.of("/proc/thread-self/status"), "Cpus_allowed_list:")
                    .split("[\\s,-]+")[1];
            Process taskset = new ProcessBuilder("taskset", "-pc", cpu, Long.toString(tid())).start();
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

    /** IPv4 packets that the kernel has received in this namespace. */
    private long received() {
        return namespace.run(() -> {
            List<String> lines = Files.readAllLines(Path.of("/proc/thread-self/net/snmp")).stream()
                    .filter(line -> line.startsWith("Ip:"))
                    .toList(); // the names, then the values
            int column = List.of(lines.get(0).split(" ")).indexOf("InReceives");
            return Long.parseLong(lines.get(1).split(" ")[column]);
        });
    }

    /** Whether neither end of any connection sends anything any more. */
    private static boolean isTcpAtRest() throws IOException {
        for (String table : List.of("tcp", "tcp6")) {
            Path file = Path.of("/proc/thread-self/net", table);
            if (Files.exists(file)
                    && Files.readAllLines(file).stream()
                            .skip(1)
                            .anyMatch(line -> !line.strip().split("\\s+")[STATE].equals(TIME_WAIT))) {
                return false;
            }
        }
        return true;
    }

    private static void await(String what, BooleanSupplier holds) throws InterruptedException {
        long endNs = System.nanoTime() + AgentProcess.PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - endNs)
                    .as("timeout while waiting for %s", what)
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
        }
    }

    private static String line(Path file, String start) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow();
    }

    private static long tid() throws IOException {
        String link = Files.readSymbolicLink(Path.of("/proc/thread-self")).toString(); // PID/task/TID
        return Long.parseLong(link.substring(link.lastIndexOf('/') + 1));
    }
}
