package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skbstream.producer.capture.ProbeSettings;
import io.skbstream.producer.libbpf.NetworkNamespace;
import java.net.StandardProtocolFamily;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TCP over {@code lo} from and to an excluded port is filtered, to the packet, and nothing else is. */
@LiveKernel
class ExcludedPortsIT {

    private static final int EXCLUDED = 9092;
    private static final int NEXT_TO_IT = 9093;
    private static final int DATAGRAMS = 1000;

    private static final ProbeSettings EVERYTHING = ProbeSettings.everything(1 << 20);

    @ParameterizedTest
    @EnumSource(names = {"INET", "INET6"})
    void everyPacketOfAConnectionToAnExcludedPortIsFiltered(StandardProtocolFamily family) throws Exception {
        assumeItIsThere(family);
        try (var traffic = new LoopbackTraffic();
                var hits = Hits.with(EVERYTHING.excluding(Set.of(1, EXCLUDED, 65_535), traffic.inode()))) {
            long packets = traffic.exchange(family, EXCLUDED);

            hits.end();
            assertThat(packets).isGreaterThan(LoopbackTraffic.MESSAGES);
            assertThat(hits.packets(traffic.inode())).as("still counted").isEqualTo(packets);
            assertThat(hits.counts().filtered()).isEqualTo(packets);
            assertThat(hits.events(traffic.inode())).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INET", "INET6"})
    void everyPacketOfAConnectionToAnotherPortIsSeen(StandardProtocolFamily family) throws Exception {
        assumeItIsThere(family);
        try (var traffic = new LoopbackTraffic();
                var hits = Hits.with(alone(traffic).excluding(Set.of(EXCLUDED), traffic.inode()))) {
            long packets = traffic.exchange(family, NEXT_TO_IT);

            hits.end();
            assertThat(hits.events(traffic.inode())).isEqualTo(packets);
        }
    }

    @Test
    void aPortThatBecomesKnownWhileTheProgramRunsIsFilteredFromThenOn() throws Exception {
        try (var traffic = new LoopbackTraffic();
                var hits = Hits.with(alone(traffic).excluding(Set.of(), traffic.inode()))) {
            long before = traffic.exchange(StandardProtocolFamily.INET, EXCLUDED);
            hits.exclude(Set.of(1, EXCLUDED));
            long after = traffic.exchange(StandardProtocolFamily.INET, EXCLUDED);
            hits.exclude(Set.of(1));
            long again = traffic.exchange(StandardProtocolFamily.INET, EXCLUDED);

            hits.end();
            assertThat(hits.events(traffic.inode())).isEqualTo(before + again);
            assertThat(hits.packets(traffic.inode())).isEqualTo(before + after + again);
        }
    }

    @Test
    void datagramsToTheSamePortAreSeen() throws Exception {
        try (var traffic = new LoopbackTraffic();
                var hits = Hits.with(alone(traffic).excluding(Set.of(traffic.port()), traffic.inode()))) {
            traffic.send(DATAGRAMS);

            hits.end();
            assertThat(hits.events(traffic.inode())).isEqualTo(DATAGRAMS);
        }
    }

    @Test
    void theSamePortInAnotherNetworkNamespaceIsSeen() throws Exception {
        try (var traffic = new LoopbackTraffic();
                var hits = Hits.with(alone(traffic).excluding(Set.of(EXCLUDED), NetworkNamespace.currentInode()))) {
            long packets = traffic.exchange(StandardProtocolFamily.INET, EXCLUDED);

            hits.end();
            assertThat(hits.events(traffic.inode())).isEqualTo(packets);
        }
    }

    /** Without the rest of the host, whose packets could fill the ring. */
    private static ProbeSettings alone(LoopbackTraffic traffic) {
        return EVERYTHING.withNetns(traffic.inode());
    }

    private static void assumeItIsThere(StandardProtocolFamily family) {
        assumeTrue(LoopbackTraffic.isThere(family), "needs IPv6");
    }
}
