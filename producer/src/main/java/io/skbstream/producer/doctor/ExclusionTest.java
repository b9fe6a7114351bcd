package io.skbstream.producer.doctor;

import io.skbstream.producer.capture.DeviceCounts;
import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.capture.NetifReceiveProbe;
import io.skbstream.producer.capture.ProbeSettings;
import io.skbstream.producer.libbpf.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;

/**
 * TCP over {@code lo}, in a network namespace where nothing else moves: packets of an excluded port must be filtered, and
 * those of another be seen.
 */
final class ExclusionTest implements AutoCloseable {

    private static final int STEP = 1024;
    private static final int MESSAGE_BYTES = 1000;
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    /**
     * What became of the packets.
     *
     * @param filtered those that came while a connection to the excluded port was in use
     * @param others those that came while the other was
     * @param seen what the ring had of both
     */
    record Outcome(long filtered, long others, long seen) {
        boolean isAsExpected() {
            return filtered > 0 && others > 0 && seen == others;
        }
    }

    private final NetworkNamespace namespace;
    private final NetifReceiveProbe probe;
    private long seen;

    private ExclusionTest(NetworkNamespace namespace, NetifReceiveProbe probe) {
        this.namespace = namespace;
        this.probe = probe;
    }

    /** @param settings of the probe; the namespace is its own */
    static ExclusionTest attach(Hook hook, ProbeSettings settings, Set<Integer> excluded) {
        NetworkNamespace namespace = NetworkNamespace.create("skbstream-test");
        try {
            ProbeSettings own = settings.withNetns(namespace.inode()).excluding(excluded, namespace.inode());
            return new ExclusionTest(namespace, NetifReceiveProbe.attach(hook, own));
        } catch (RuntimeException refused) {
            namespace.close();
            throw refused;
        }
    }

    Outcome run(int excludedPort, int otherPort) {
        exchange(excludedPort);
        long filtered = packets();
        exchange(otherPort);
        probe.detach();
        while (probe.ring().read((memory, offset) -> seen++, STEP) > 0) {
            // until the ring is empty
        }
        return new Outcome(filtered, packets() - filtered, seen);
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

    /** One connection with one message. A reset ends it, after which no timer sends anything. */
    private void exchange(int port) {
        namespace.run(() -> {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port);
            try (var server = ServerSocketChannel.open(StandardProtocolFamily.INET)
                            .bind(address);
                    var accepted = acceptAndReset(server, address)) {
                awaitReset(accepted);
            }
            return null;
        });
    }

    private static SocketChannel acceptAndReset(ServerSocketChannel server, InetSocketAddress address)
            throws IOException {
        try (var client = SocketChannel.open(address)) {
            SocketChannel accepted = server.accept();
            pass(client, accepted);
            client.setOption(StandardSocketOptions.SO_LINGER, 0); // so that closing it resets the connection
            return accepted;
        }
    }

    private static void awaitReset(SocketChannel accepted) {
        try {
            while (accepted.read(ByteBuffer.allocate(1)) >= 0) {
                // until the reset is there, which is the last packet
            }
        } catch (IOException reset) {
            // as it should be
        }
    }

    private static void pass(SocketChannel from, SocketChannel to) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(MESSAGE_BYTES);
        while (message.hasRemaining()) {
            from.write(message);
        }
        message.clear();
        while (message.hasRemaining() && to.read(message) >= 0) {
            // until all of it has come
        }
    }
}
