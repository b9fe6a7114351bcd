package io.skbstream.producer.capture;

import io.skbstream.producer.Obstacle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether a hook fires, which attaching without an error does not say: a kprobe is attached and silent while kprobes are
 * switched off. The program is loaded and attached for this alone, so that the probe which stays never sees these
 * datagrams; other traffic's hits are as good a proof.
 *
 * @param hits what the program counted
 * @param notSent why no datagram could be sent; empty if they were
 * @param isLoUp whether {@code lo} is up
 */
record HitProof(long hits, Optional<IOException> notSent, boolean isLoUp) {

    /** How often a datagram is sent at most. */
    static final int DATAGRAMS = 20;

    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int RING_BYTES = 64 * 1024; // nobody reads it: the hits are counted all the same
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    /**
     * Sends datagrams over {@code lo} until one has hit, for about a second.
     *
     * @param settings for the kernel's types; the filters play no part
     * @throws io.skbstream.producer.libbpf.BpfException if the hook cannot even be attached
     */
    static HitProof of(Hook hook, ProbeSettings settings) {
        ProbeSettings everything = ProbeSettings.everything(RING_BYTES).withBtf(settings.btf());
        try (NetifReceiveProbe probe = NetifReceiveProbe.attach(hook, everything)) {
            Optional<IOException> notSent = Optional.empty();
            for (int i = 0; i < DATAGRAMS && probe.counts().hits() == 0; i++) {
                notSent = send();
                if (probe.counts().hits() == 0) { // the softirq may run later, or on another CPU
                    LockSupport.parkNanos(PAUSE_NS);
                }
            }
            return new HitProof(probe.counts().hits(), notSent, isUp("lo"));
        }
    }

    boolean isSilent() {
        return hits == 0 && notSent.isEmpty();
    }

    /** That nothing is proven, neither way. */
    Optional<Obstacle> doubt() {
        return hits > 0
                ? Optional.empty()
                : notSent.map(why -> new Obstacle(
                        "nothing proves that the hook fires: no datagram can be sent over lo in this network namespace ("
                                + why.getMessage() + ")",
                        isLoUp ? "" : "ip link set lo up"));
    }

    /** Java lists no device without an address, and {@code lo} has none before it is up for the first time. */
    private static boolean isUp(String name) {
        try {
            NetworkInterface device = NetworkInterface.getByName(name);
            return device != null && device.isUp();
        } catch (IOException unknown) {
            return false;
        }
    }

    private static Optional<IOException> send() {
        try (DatagramChannel self = DatagramChannel.open(StandardProtocolFamily.INET)) {
            self.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0));
            self.send(ByteBuffer.allocate(1), self.getLocalAddress());
            return Optional.empty();
        } catch (IOException notSent) {
            return Optional.of(notSent);
        }
    }
}
