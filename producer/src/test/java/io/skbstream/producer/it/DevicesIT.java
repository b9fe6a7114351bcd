package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.capture.DeviceCounts;
import io.skbstream.producer.capture.ProbeSettings;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.libbpf.NetworkNamespace;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Exact totals of each device, whatever names, indices and inodes are used again. */
@LiveKernel
@NeedsCommand("ip")
public class DevicesIT {

    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    /** How many namespaces may pass until the kernel gives an inode again; it takes the lowest that is free. */
    private static final int TRIES = 500;

    @Test
    void namespacesThatHaveOneInodeInSuccessionHaveRowsOfTheirOwn() throws Exception {
        try (var hits = Hits.with(ProbeSettings.everything(1 << 20))) {
            Map<Long, Long> sent = new HashMap<>();
            Long before = null;
            long inode = 0;
            long datagrams = 0;
            while (before == null) {
                assertThat(++datagrams)
                        .as("namespaces until an inode was given again")
                        .isLessThan(TRIES);
                try (NetworkNamespace brief = NetworkNamespace.create("it-brief")) {
                    rename(brief, "lo", "eth0");
                    send(brief, (int) datagrams);
                    inode = brief.inode();
                    before = sent.put(inode, datagrams);
                }
            }
            hits.end();
            long netns = inode;
            List<DeviceCounts> rows = hits.devices().stream()
                    .filter(row -> row.netns() == netns && row.device().equals("eth0") && row.ifindex() == 1)
                    .toList();

            assertThat(rows).extracting(DeviceCounts::packets).containsExactlyInAnyOrder(before, datagrams);
            if (Kernel.running().isAtLeast(5, 12)) {
                assertThat(rows)
                        .extracting(DeviceCounts::cookie)
                        .doesNotContain(0L)
                        .doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void aDeviceThatIsRenamedHasARowForEachName() throws Exception {
        try (var traffic = new LoopbackTraffic();
                var hits = Hits.with(ProbeSettings.everything(1 << 20).withNetns(traffic.inode()))) {
            traffic.send(100);
            rename(traffic.namespace(), "lo", "new0");
            send(traffic.namespace(), 20);

            hits.end();
            assertThat(hits.devices().stream().filter(row -> row.netns() == traffic.inode()))
                    .extracting(row -> row.device() + " " + row.packets())
                    .containsExactlyInAnyOrder("lo 100", "new0 20");
        }
    }

    private static void rename(NetworkNamespace namespace, String from, String to) {
        namespace.run(() -> {
            for (String change : List.of(from + " down", from + " name " + to, to + " up")) {
                Process ip = new ProcessBuilder(("ip link set " + change).split(" ")).start();
                assertThat(ip.waitFor()).as("ip link set %s", change).isZero();
            }
            return null;
        });
    }

    /** Datagrams over the loopback device, to a socket that is there: no answer follows. */
    static void send(NetworkNamespace namespace, int datagrams) {
        namespace.run(() -> {
            try (DatagramChannel self = DatagramChannel.open(StandardProtocolFamily.INET)) {
                self.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0));
                for (int i = 0; i < datagrams; i++) {
                    self.send(ByteBuffer.allocate(1), self.getLocalAddress());
                    self.receive(ByteBuffer.allocate(1)); // so that the kernel has had it when the namespace goes
                }
                return null;
            }
        });
    }
}
