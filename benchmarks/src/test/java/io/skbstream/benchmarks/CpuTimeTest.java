package io.skbstream.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CpuTimeTest {
    @Test
    void aProcessNameWithBlanksAndParenthesesShiftsNoField() {
        String stat = "4711 (a) b (c) S 1 4711 4711 0 -1 4194560 10 20 30 40 500 60 7 8 20 0 1 0 99 0 0";

        assertThat(CpuTime.sumTicks(stat, 14, 15)).isEqualTo(560);
        assertThat(CpuTime.sumTicks(stat, 16, 17)).isEqualTo(15);
    }

    @Test
    void ourOwnCpuTimeGrowsWithWorkAndStaysBelowTheClockTimesTheCpus() throws Exception {
        long pid = ProcessHandle.current().pid();
        long startNs = System.nanoTime();
        long beforeNs = CpuTime.ofProcessNs(pid);

        while (CpuTime.ofProcessNs(pid) == beforeNs && System.nanoTime() - startNs < 10_000_000_000L) {
            Thread.onSpinWait();
        }

        long usedNs = CpuTime.ofProcessNs(pid) - beforeNs;
        long oneTickNs = 10_000_000;
        long cpus; // those of the machine: a container may use more than its share for a moment
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            cpus = lines.filter(line -> line.matches("cpu\\d+ .*")).count();
        }
        assertThat(usedNs).isPositive().isLessThanOrEqualTo((System.nanoTime() - startNs) * cpus + 2 * oneTickNs);
    }
}
