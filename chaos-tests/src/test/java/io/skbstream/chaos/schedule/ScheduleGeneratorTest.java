package io.skbstream.chaos.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.chaos.fault.RingOverflow;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ScheduleGeneratorTest {

    @Property
    void theSameSeedGivesTheSameSchedule(@ForAll long seed) {
        assertThat(ScheduleGenerator.generate(seed)).isEqualTo(ScheduleGenerator.generate(seed));
    }

    @Property
    void faultsOfOneTargetDoNotOverlap(@ForAll long seed) {
        List<PlannedFault> faults = ScheduleGenerator.generate(seed).faults();
        for (PlannedFault one : faults) {
            assertThat(faults)
                    .filteredOn(other -> other != one)
                    .filteredOn(other -> other.fault().target() == one.fault().target())
                    .noneMatch(other -> other.atMs() < one.endMs() && one.atMs() < other.endMs());
        }
    }

    @Property
    void faultsAreOneToFourInOrderAndWithinTheirBounds(@ForAll long seed) {
        Schedule schedule = ScheduleGenerator.generate(seed);
        assertThat(schedule.faults()).hasSizeBetween(1, ScheduleGenerator.MOST_FAULTS);
        assertThat(schedule.faults()).extracting(PlannedFault::atMs).isSorted();
        assertThat(schedule.faults()).allSatisfy(planned -> {
            assertThat(planned.atMs()).isBetween(ScheduleGenerator.FIRST_MS, ScheduleGenerator.LAST_MS);
            assertThat(planned.durationMs()).isBetween(ScheduleGenerator.SHORTEST_MS, ScheduleGenerator.LONGEST_MS);
        });
    }

    @Property
    void anAgentThatIsToOverflowHasASmallRing(@ForAll long seed) {
        Schedule schedule = ScheduleGenerator.generate(seed);
        assertThat(schedule.ringSize().equals("64KiB")).isEqualTo(schedule.has(RingOverflow.class));
    }

    @Test
    void aHundredSchedulesHaveFaultsOfEveryKind() {
        var kinds = new TreeSet<String>();
        for (long seed : ScheduleGenerator.seeds(4, 100)) {
            ScheduleGenerator.generate(seed)
                    .faults()
                    .forEach(planned -> kinds.add(planned.fault().describe().replaceAll("[0-9/-]+.*", "")));
        }
        assertThat(kinds)
                .containsExactlyInAnyOrder(
                        "agent SIGKILL",
                        "agent SIGSTOP, ",
                        "agent SIGTERM",
                        "broker SIGKILL",
                        "broker SIGSTOP",
                        "broker disk wiped",
                        "broker restart",
                        "clock step ",
                        "credential deleted",
                        "max.message.bytes ",
                        "network delay ",
                        "network refuse",
                        "network reset request ",
                        "network reset response ",
                        "network stall",
                        "network swallow",
                        "network throttle ",
                        "spool disk full",
                        "spool disk read",
                        "topic deleted",
                        "write denied by ACL");
    }

    @Test
    void seedsOfSchedulesFollowFromOneSeed() {
        assertThat(ScheduleGenerator.seeds(1, 12)).isEqualTo(ScheduleGenerator.seeds(1, 12));
        assertThat(ScheduleGenerator.seeds(1, 12))
                .startsWith(ScheduleGenerator.seeds(1, 3).toArray(Long[]::new));
        assertThat(LongStream.range(1, 50).boxed().flatMap(seed -> ScheduleGenerator.seeds(seed, 2).stream()))
                .doesNotHaveDuplicates();
    }

    @Test
    void aSeedOfAnEarlierRunStillGivesItsSchedule() {
        assertThat(ScheduleGenerator.generate(838283473).describeFaults())
                .isEqualTo("broker disk wiped at 0.4 s for 1.4 s; spool disk full at 1.0 s for 2.2 s;"
                        + " topic deleted at 1.9 s for 0.8 s");
    }
}
