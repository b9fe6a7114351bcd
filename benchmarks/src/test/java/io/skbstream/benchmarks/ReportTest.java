package io.skbstream.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.demo.part.Ledger;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    @Test
    void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
        assertThat(Report.median(new double[] {1, 2, 30})).isEqualTo(2);
        assertThat(Report.median(new double[] {1, 2, 4, 30})).isEqualTo(3);
    }

    @Test
    void theTableSaysMedianAndRangeOfEachFigure() {
        var report = Report.ofPipeline(List.of(round(400, 0), round(100, 0), round(300, 0)));

        assertThat(report.markdown())
                .startsWith("|  | median | min – max |\n|---|--:|--:|\n")
                .contains("| flood without the agent, packets/s | 1,000 | 1,000 – 1,000 |\n")
                .contains("| flood with the agent, packets/s | 300 | 100 – 400 |\n")
                .contains("| with / without | 0.30 | 0.10 – 0.40 |\n")
                .contains("| agent's CPU, ns an event | 800 | 800 – 800 |\n")
                .contains("| the same, with the start of the JVM and the first flood | 8,000 | 6,000 – 24,000 |\n")
                .contains("| events captured, all rounds | 1,600 |  |\n");
        assertThat(report.text()).contains("with / without").contains("0.10 – 0.40");
    }

    @Test
    void oneLostEventInOneRoundIsNotWhole() {
        assertThat(Report.ofPipeline(List.of(round(400, 0), round(400, 0))).isWhole())
                .isTrue();
        assertThat(Report.ofPipeline(List.of(round(400, 0), round(400, 1))).isWhole())
                .isFalse();
    }

    @Test
    void anEventThatIsAckedButNotInTheTopicIsNotWhole() {
        var round = round(400, 0);
        var truncated = new Round(round.without(), round.with(), round.ledger(), 799, 1, 1, 1);

        assertThat(round.isWhole()).isTrue();
        assertThat(truncated.isWhole()).isFalse();
    }

    @Test
    void theResultOfAFloodIsReadAsItIsPrinted() {
        var result = Flood.Result.parse("5000000 2.500000\n");

        assertThat(result.packetsPerSecond()).isEqualTo(2e6);
    }

    /** A second each; the agent captured twice the flood's packets. */
    private static Round round(long withPackets, long lost) {
        long events = 2 * withPackets;
        var ledger = new Ledger("{}", 0, events + lost, events, events, 0, lost, 0, "");
        var without = new Flood.Result(1_000, 1);
        var with = new Flood.Result(withPackets, 1);
        return new Round(without, with, ledger, events, events, 4_800_000, 800);
    }
}
