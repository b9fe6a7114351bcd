package io.skbstream.producer.doctor;

import io.skbstream.producer.capture.DeviceCounts;
import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.capture.NetifReceiveProbe;
import io.skbstream.producer.capture.ProbeSettings;
import io.skbstream.producer.event.SkbEvent;
import io.skbstream.producer.libbpf.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Known datagrams over {@code lo}, in a network namespace where nothing else moves, and the hits that they made: a symbol
 * that the compiler inlined in part would lose hits unseen.
 */
final class SelfTest implements AutoCloseable {

    private static final int DATAGRAMS = 1000;
    private static final int LARGEST_PAYLOAD = 1400;
    private static final int IP_AND_UDP_HEADERS = 28;

    /** How often the test looks whether the kernel has received everything: on a busy host a softirq may run later. */
    private static final int LOOKS = 200;

    private static final long LOOK_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final NetworkNamespace namespace;
    private final NetifReceiveProbe probe;
    private long hits;
    private long bytes;

    private SelfTest(NetworkNamespace namespace, NetifReceiveProbe probe) {
        this.namespace = namespace;
        this.probe = probe;
    }

    /** @param settings of the probe; the namespace is its own */
    static SelfTest attach(Hook hook, ProbeSettings settings) {
        NetworkNamespace namespace = NetworkNamespace.create("skbstream-test");
        try {
            return new SelfTest(namespace, NetifReceiveProbe.attach(hook, settings.withNetns(namespace.inode())));
        } catch (RuntimeException refused) {
            namespace.close();
            throw refused;
        }
    }

    Finding run() {
        long bytesSent = namespace.run(SelfTest::send);
        for (int i = 0; i < LOOKS && packets() < DATAGRAMS; i++) {
            LockSupport.parkNanos(LOOK_EVERY_NS);
        }
        probe.detach();
        SkbEvent event = new SkbEvent();
        while (probe.ring().read((memory, offset) -> count(event.wrap(memory, offset)), DATAGRAMS) > 0) {
            // until the ring is empty
        }
        String text = String.format(
                "%d datagrams of %d bytes sent over lo in a network namespace of its own; %s saw %d of %d bytes",
                DATAGRAMS, bytesSent, probe.hook().option(), hits, bytes);
        return hits == DATAGRAMS && bytes == bytesSent
                ? Finding.ok("self-test", text)
                : Finding.bad("self-test", text, "this hook is not reliable here; choose another with --hook");
    }

    @Override
    public void close() {
        probe.close();
        namespace.close();
    }

    private long packets() {
        return probe.devices().stream()
                .filter(device -> device.netns() == namespace.inode())
                .mapToLong(DeviceCounts::packets)
                .sum();
    }

    private void count(SkbEvent event) {
        hits++;
        bytes += event.len();
    }

    /** Sizes 1, 2, 3, … again and again; returns the bytes with IP and UDP headers, as skb->len counts them. */
    private static long send() throws IOException {
        try (DatagramChannel receiver = DatagramChannel.open(StandardProtocolFamily.INET);
                DatagramChannel sender = DatagramChannel.open(StandardProtocolFamily.INET)) {
            receiver.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
            ByteBuffer payload = ByteBuffer.allocateDirect(LARGEST_PAYLOAD);
            long bytes = 0;
            for (int i = 0; i < DATAGRAMS; i++) {
                payload.clear().limit(1 + i % LARGEST_PAYLOAD);
                sender.send(payload, receiver.getLocalAddress());
                bytes += IP_AND_UDP_HEADERS + payload.limit();
            }
            return bytes;
        }
    }
}
