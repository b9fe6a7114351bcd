package io.skbstream.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.demo.part.FleetTotals;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobReportTest {
    private static final FleetTotals TRUTH = new FleetTotals(1_000, 990, 500, 50_000, 10, 5);

    @Test
    void ratiosAreTakenWithinEachRound() {
        var report = Report.ofJob(List.of(round(1, TRUTH), round(2, TRUTH), round(4, TRUTH)));

        assertThat(report.markdown())
                .startsWith("|  | median | min – max |\n|---|--:|--:|\n")
                .contains("| bare poll loop, records/s | 2,000 | 1,000 – 4,000 |\n")
                .contains("| poll loop that decodes, records/s | 500 | 500 – 500 |\n")
                .contains("| job, records/s | 100 | 100 – 100 |\n")
                .contains("| the same, with the start of the JVM | 50 | 50 – 50 |\n")
                .contains("| job / bare poll loop | 0.050 | 0.025 – 0.100 |\n")
                .contains("| job / poll loop that decodes | 0.200 | 0.200 – 0.200 |\n")
                .contains("| job's CPU, ns a record | 7,000 | 7,000 – 7,000 |\n")
                .contains("| records in the topic | 1,000 |  |\n")
                .contains("| rounds whose rows add up to the simulator's truth | 3 |  |\n");
        assertThat(report.isWhole()).isTrue();
    }

    @Test
    void oneEventTooManyInOneRoundIsNotWhole() {
        var found = new FleetTotals(1_001, 991, 500, 50_000, 10, 5);
        var report = Report.ofJob(List.of(round(1, TRUTH), round(1, found)));

        assertThat(report.isWhole()).isFalse();
        assertThat(report.markdown()).contains("| rounds whose rows add up to the simulator's truth | 1 |  |\n");
    }

    @Test
    void aPaceIsReadAsItIsPrinted() {
        var pace = new Pace(4_000_000, 2.5, 1_000_000_000);

        assertThat(Pace.parse(pace.line() + "\n")).isEqualTo(pace);
        assertThat(pace.perSecond()).isEqualTo(1_600_000);
        assertThat(pace.cpuNsPerRecord()).isEqualTo(250);
    }

    /** The bare loop reads so many thousand records a second. */
    private static JobRound round(int bareThousands, FleetTotals found) {
        var bare = new Pace(1_000, 1.0 / bareThousands, 400_000);
        var decoding = new Pace(1_000, 2, 900_000);
        var steady = new Pace(900, 9, 6_300_000);
        var whole = new Pace(1_000, 20, 9_000_000);
        return new JobRound(bare, decoding, steady, whole, TRUTH, found);
    }
}
