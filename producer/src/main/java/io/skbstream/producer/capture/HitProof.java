package io.skbstream.producer.capture;

import io.skbstream.producer.Obstacle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * Whether a hook fires, which attaching without an error does not say: a kprobe is attached and silent while kprobes are
 * switched off. The program is loaded and attached for this alone, so that the probe which stays never sees these
 * datagrams; other traffic's hits are as good a proof.
 *
 * @param hits what the program counted
 * @param notSent why no datagram could be sent; empty if they were
 */
record HitProof(long hits, Optional<IOException> notSent) {

    /** How often a datagram is sent at most. */
    static final int DATAGRAMS = 20;

    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int RING_BYTES = 64 * 1024; // nobody reads it: the hits are counted all the same
    private static final Pattern LO_DOWN = Pattern.compile("Network is unreachable|Cannot assign requested address");
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
            return new HitProof(probe.counts().hits(), notSent);
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
                        isLoDown(why) ? "ip link set lo up" : ""));
    }

    /** Java has no exception of its own for ENETUNREACH and EADDRNOTAVAIL, which lo has while it is down. */
    private static boolean isLoDown(IOException why) {
        return LO_DOWN.matcher(String.valueOf(why.getMessage())).find();
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
