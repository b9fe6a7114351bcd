package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.Talker;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TalkersTest {
    @Test
    void thoseWithMostPacketsComeFirst() {
        var talkers = new Talkers();
        for (String comm : List.of("sshd", "ping", "ping", "iperf3", "ping", "iperf3")) {
            talkers.count(comm, 100);
        }
        assertThat(talkers.top(2))
                .containsExactly(new Talker("ping", 3L, 300L, 0L), new Talker("iperf3", 2L, 200L, 0L));
    }

    @Test
    void aNameThatIsLongerThanTheKernelsIsCut() {
        var talkers = new Talkers();
        talkers.count("x".repeat(1_000_000), 1);
        assertThat(talkers.sizeInBytes()).isLessThan(100);
    }

    @Property
    void countsAreExactWhileThereAreAsManyCountersAsNames(
            @ForAll @Size(max = 300) List<@IntRange(min = 1, max = Talkers.COUNTERS) Integer> names) {
        Map<String, Long> packets = new HashMap<>();
        var talkers = counted(names, packets);
        assertThat(talkers.top(Talkers.COUNTERS))
                .hasSameSizeAs(packets.keySet())
                .allSatisfy(talker -> {
                    assertThat(talker.getPackets()).isEqualTo(packets.get(talker.getComm()));
                    assertThat(talker.getBytes()).isEqualTo(packets.get(talker.getComm()) * bytes(talker.getComm()));
                    assertThat(talker.getUncertain()).isZero();
                });
    }

    @Property
    void whatHasMoreThanItsShareIsThereAndNoCountIsFurtherOffThanItsUncertainty(
            @ForAll @Size(max = 600) List<@IntRange(max = 40) Integer> names) {
        Map<String, Long> packets = new HashMap<>();
        var top = counted(names, packets).top(Talkers.COUNTERS);
        long share = names.size() / Talkers.COUNTERS;
        packets.forEach((comm, count) -> {
            if (count > share) {
                assertThat(top).extracting(Talker::getComm).contains(comm);
            }
        });
        assertThat(top).allSatisfy(talker -> {
            long truth = packets.get(talker.getComm());
            assertThat(talker.getPackets()).isBetween(truth - talker.getUncertain(), truth);
            assertThat(talker.getBytes()).isEqualTo(talker.getPackets() * bytes(talker.getComm()));
            assertThat(talker.getUncertain()).isLessThanOrEqualTo(share);
        });
    }

    /** Through the store's bytes, after each packet. */
    private static Talkers counted(List<Integer> names, Map<String, Long> packets) {
        var talkers = new Talkers();
        for (int name : names) {
            String comm = "täsk-" + name;
            talkers.count(comm, bytes(comm));
            packets.merge(comm, 1L, Long::sum);
            var bytes = ByteBuffer.allocate(talkers.sizeInBytes());
            talkers.writeTo(bytes);
            assertThat(bytes.hasRemaining()).isFalse();
            talkers = new Talkers(bytes.flip());
        }
        return talkers;
    }

    private static int bytes(String comm) {
        return comm.length();
    }
}
