package io.skbstream.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
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
        assertThat(ClusterSchedule.of(3).describe())
                .isEqualTo("seed 3, TLS, default client, 2,000/s: leader's disk emptied after 0.7 s for 1.0 s;"
                        + " two of three away after 0.3 s for 0.9 s");
    }
}
