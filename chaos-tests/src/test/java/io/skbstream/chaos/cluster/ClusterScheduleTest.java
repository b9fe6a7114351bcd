package io.skbstream.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class ClusterScheduleTest {

    @Property
    void theSameSeedGivesTheSameSchedule(@ForAll long seed) {
        assertThat(ClusterSchedule.of(seed)).isEqualTo(ClusterSchedule.of(seed));
    }

    @Property
    void faultsAreOneToThreeDifferentOnesWithinTheirBounds(@ForAll long seed) {
        ClusterSchedule schedule = ClusterSchedule.of(seed);
        assertThat(schedule.faults()).hasSizeBetween(1, ClusterSchedule.MOST_FAULTS);
        assertThat(schedule.faults()).extracting(ClusterSchedule.Planned::fault).doesNotHaveDuplicates();
        assertThat(schedule.faults())
                .allSatisfy(planned -> assertThat(planned.durationMs()).isBetween(1, ClusterSchedule.LONGEST_MS));
    }

    @Property
    void theEventsGoToAnotherPartitionWhenSomeAreAdded(@ForAll long seed) {
        String host = ClusterSchedule.of(seed).host();
        assertThat(ClusterSchedule.partitionOf(host, 1)).isZero();
        assertThat(ClusterSchedule.partitionOf(host, ClusterFault.MORE_PARTITIONS))
                .isPositive()
                .isEqualTo(BuiltInPartitioner.partitionForKey(
                        host.getBytes(StandardCharsets.UTF_8), ClusterFault.MORE_PARTITIONS));
    }

    @Property
    void certificatesAreRotatedOnlyWhereThereAreSome(@ForAll long seed) {
        ClusterSchedule schedule = ClusterSchedule.of(seed);
        assertThat(schedule.secured() || !schedule.has(ClusterFault.CERTIFICATES_ROTATED))
                .isTrue();
    }

    @Test
    void aHundredSeedsThatFollowEachOtherHaveEveryFault() {
        var faults = EnumSet.noneOf(ClusterFault.class);
        LongStream.rangeClosed(1, 100)
                .mapToObj(ClusterSchedule::of)
                .flatMap(schedule -> schedule.faults().stream())
                .forEach(planned -> faults.add(planned.fault()));
        assertThat(faults).containsExactlyInAnyOrder(ClusterFault.values());
    }

    @Test
    void aSeedOfAnEarlierRunStillGivesItsSchedule() {
        assertThat(ClusterSchedule.of(12).describe())
                .isEqualTo("seed 12, TLS, default client, 3,000/s: rolling restart after 0.4 s for 0.4 s;"
                        + " leader's disk emptied after 1.0 s for 1.9 s; two of three away after 0.9 s for 3.5 s");
    }
}
