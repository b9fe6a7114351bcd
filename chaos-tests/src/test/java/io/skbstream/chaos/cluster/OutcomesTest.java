package io.skbstream.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skbstream.chaos.cluster.ClusterSchedule.Planned;
import io.skbstream.chaos.cluster.Outcomes.Outcome;
import io.skbstream.chaos.process.ChaosException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomesTest {

    @Test
    void aScheduleCountsForEachOfItsFaults() {
        var outcomes = new Outcomes();
        outcomes.add(
                schedule(ClusterFault.LEADER_KILLED, ClusterFault.ROLLING_RESTART),
                List.of(Outcome.COMPLETE, Outcome.REPLAYED));
        outcomes.add(schedule(ClusterFault.LEADER_KILLED), List.of(Outcome.FAILED));

        assertThat(rows(outcomes.table()))
                .containsExactly(
                        "fault schedules complete loss accounted replayed duplicates failed",
                        "leader SIGKILL 2 1 0 1 0 1",
                        "rolling restart 1 1 0 1 0 0",
                        "all 2 1 0 1 0 1");
    }

    @Test
    void partsOfARunAddUp(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("table");
        for (int part = 0; part < 2; part++) {
            var outcomes = Outcomes.read(file);
            outcomes.add(schedule(ClusterFault.DISK_EMPTIED), List.of(Outcome.COMPLETE));
            outcomes.write(file);
        }

        assertThat(rows(Files.readString(file))).contains("leader's disk emptied 2 2 0 0 0 0", "all 2 2 0 0 0 0");
    }

    @Test
    void anotherFileIsNotTakenForATable() {
        assertThatThrownBy(() -> new Outcomes().add("fault\nsomething else\n"))
                .isInstanceOf(ChaosException.class)
                .hasMessageContaining("something else");
    }

    private static ClusterSchedule schedule(ClusterFault... faults) {
        return new ClusterSchedule(
                1,
                1_000,
                true,
                true,
                Stream.of(faults).map(fault -> new Planned(fault, 1, 1)).toList());
    }

    private static List<String> rows(String table) {
        return table.lines().map(line -> line.replaceAll(" +", " ")).toList();
    }
}
