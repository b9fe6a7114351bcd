package io.skbstream.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SoakReportTest {
    private static final int MIB = 1 << 20;

    @Test
    void whatGrowsWhileTheWindowsFillUpAndThenStaysIsFlat() {
        var report = soak(new int[] {10, 30, 50, 50, 52, 50, 51, 55, 50, 54}, 200);

        assertThat(report.heapGrowth()).isEqualTo(55.0 / 52);
        assertThat(report.isGood()).isTrue();
        assertThat(report.text()).contains(": flat").contains("add up to the simulator's truth");
        assertThat(report.markdown()).contains("| 600 | 10,000 | 54.0 | 200.0 |\n");
    }

    @Test
    void aHeapThatGrowsOnIsNotFlat() {
        var report = soak(new int[] {10, 20, 30, 40, 50, 60, 70, 80, 90, 100}, 200);

        assertThat(report.isGood()).isFalse();
        assertThat(report.text()).contains("NOT FLAT");
    }

    @Test
    void aProcessThatGrowsBesideItsHeapIsNotFlat() {
        var report = new SoakReport();
        for (int number = 1; number <= 10; number++) {
            report.add(number, 10_000, new Memory(50 * MIB, (long) number * 100 * MIB));
        }
        report.setExact(true);

        assertThat(report.heapGrowth()).isEqualTo(1);
        assertThat(report.isGood()).isFalse();
    }

    @Test
    void rowsThatDoNotAddUpAreNotGood() {
        var report = soak(new int[] {50, 50, 50, 50, 50, 50, 50, 50, 50, 50}, 200);
        report.setExact(false);

        assertThat(report.isGood()).isFalse();
        assertThat(report.text()).contains("DO NOT ADD UP");
    }

    @Test
    void theLiveBytesAreTheTotalOfTheHistogram() {
        String histogram =
                """
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:        118241       11331736  [B (java.base@17.0.15)
                Total        412345       25153240
                """;

        assertThat(Memory.liveBytes(histogram)).isEqualTo(25_153_240);
    }

    private static SoakReport soak(int[] heapMib, int residentMib) {
        var report = new SoakReport();
        for (int i = 0; i < heapMib.length; i++) {
            report.add(60 * (i + 1), 10_000, new Memory((long) heapMib[i] * MIB, (long) residentMib * MIB));
        }
        report.setExact(true);
        return report;
    }
}
