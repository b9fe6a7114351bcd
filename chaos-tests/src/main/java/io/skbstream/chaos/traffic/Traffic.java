package io.skbstream.chaos.traffic;

import io.skbstream.producer.libbpf.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Numbered datagrams over {@code lo} in a network namespace of their own, at a rate, by a thread that goes by two names in
 * turn: events differ in nothing so much as in the length of {@code comm}. The receiver never reads: a packet that finds its
 * buffer full was received by the kernel all the same. Bounded by {@link #MOST}.
 */
public final class Traffic implements AutoCloseable {

    /** Name of the sending thread most of the time. */
    public static final String SHORT_NAME = "s";

    /** Its other name, as long as the kernel keeps one. */
    public static final String LONG_NAME = "sender-long-nam";

    /** Datagrams that it sends at most. */
    public static final long MOST = 200_000_000;

    private static final int SMALLEST_PAYLOAD = 8;
    private static final int SIZES = 100;
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int LONG_EVERY_TICKS = 10;
    private static final int LATE_TICKS = 50;

    private final NetworkNamespace namespace = NetworkNamespace.create(SHORT_NAME);
    private final DatagramChannel receiver;
    private final Path procNetDev;
    private final Path comm;
    private volatile int ratePerSecond;
    private volatile boolean sending;
    private Thread sender;
    private long sent;
    private volatile RuntimeException failure;

    public Traffic() {
        String task = namespace.run(
                () -> Files.readSymbolicLink(Path.of("/proc/thread-self")).toString()); // PID/task/TID
        procNetDev = Path.of("/proc", task, "net/dev");
        comm = Path.of("/proc", task, "comm");
        receiver = namespace.run(() -> DatagramChannel.open(StandardProtocolFamily.INET)
                .bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0)));
    }

    /** Of the network namespace, as {@code --netns} takes it. */
    public long inode() {
        return namespace.inode();
    }

    /** What the kernel itself counted on {@code lo}; from any thread, while datagrams are sent too. */
    public DeviceTotals totals() {
        try {
            return DeviceTotals.of(Files.readString(procNetDev), "lo");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + procNetDev, e);
        }
    }

    /** Sends from now on, until {@link #stop}. */
    public void start(int datagramsPerSecond) {
        ratePerSecond = datagramsPerSecond;
        sending = true;
        sender = new Thread(
                () -> {
                    try {
                        namespace.run(this::send);
                    } catch (RuntimeException e) {
                        failure = e;
                    }
                },
                "traffic");
        sender.setDaemon(true);
        sender.start();
    }

    /** Changes the rate. */
    public void rate(int datagramsPerSecond) {
        ratePerSecond = datagramsPerSecond;
    }

    /** Ends the sending; returns when the last datagram is out. May be repeated. */
    public void stop() throws InterruptedException {
        sending = false;
        if (sender != null) {
            sender.join();
            sender = null;
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void close() throws IOException {
        sending = false;
        receiver.close();
        namespace.close();
    }

    private Void send() throws IOException, InterruptedException {
        try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
            channel.connect(receiver.getLocalAddress());
            ByteBuffer payload = ByteBuffer.allocateDirect(SMALLEST_PAYLOAD + SIZES);
            long tickNs = System.nanoTime();
            double due = 0;
            for (int tick = 0; sending && sent < MOST; tick++) {
                if (tick % LONG_EVERY_TICKS < 2) {
                    Files.writeString(comm, tick % LONG_EVERY_TICKS == 0 ? LONG_NAME : SHORT_NAME);
                }
                for (due += ratePerSecond * (double) TICK_NS / TimeUnit.SECONDS.toNanos(1); due >= 1; due--) {
                    payload.clear().limit(SMALLEST_PAYLOAD + (int) (sent % SIZES));
                    payload.putLong(0, sent++);
                    channel.write(payload);
                }
                tickNs += TICK_NS;
                long nowNs = System.nanoTime();
                tickNs = Math.max(
                        tickNs, nowNs - LATE_TICKS * TICK_NS); // what was not sent for longer is not made up for
                if (tickNs > nowNs) {
                    TimeUnit.NANOSECONDS.sleep(tickNs - nowNs);
                }
            }
            return null;
        }
    }
}
