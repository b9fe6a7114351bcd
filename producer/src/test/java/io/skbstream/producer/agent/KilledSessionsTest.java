package io.skbstream.producer.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.CpuSequence;
import io.skbstream.producer.capture.KernelCounts;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KilledSessionsTest {

    private static final AgentLedger LAST_LOOK = lastLook();

    @Test
    void laterCountsOfTheSameSessionContinueItsAccount() {
        assertThat(KilledSessions.continues(counts(105, 1_050, 5, 40, 60), LAST_LOOK))
                .isTrue();
        assertThat(KilledSessions.continues(counts(100, 1_000, 0, 40, 60), LAST_LOOK))
                .as("killed right after the look")
                .isTrue();
    }

    @Test
    void countsThatAreLessOrDoNotAddUpAreOfSomethingElse() {
        assertThat(KilledSessions.continues(counts(99, 1_050, 0, 39, 60), LAST_LOOK))
                .isFalse();
        assertThat(KilledSessions.continues(counts(105, 999, 5, 40, 60), LAST_LOOK))
                .isFalse();
        assertThat(KilledSessions.continues(counts(105, 1_050, 5, 39, 61), LAST_LOOK))
                .as("a CPU that gave fewer numbers")
                .isFalse();
        assertThat(KilledSessions.continues(counts(106, 1_050, 5, 40, 60), LAST_LOOK))
                .as("a hit without a number")
                .isFalse();
    }

    private static KernelCounts counts(long hits, long bytes, long filtered, long onCpu0, long onCpu3) {
        TreeMap<Integer, Long> sequences = new TreeMap<>();
        sequences.put(0, onCpu0);
        sequences.put(3, onCpu3);
        return new KernelCounts(hits, bytes, filtered, 0, 0, 0, 0, 0, sequences);
    }

    private static AgentLedger lastLook() {
        AgentLedger ledger = new AgentLedger();
        ledger.put("hits", 100L);
        ledger.put("bytes", 1_000L);
        ledger.put("ringFull", 0L);
        ledger.put("sequences", List.of(new CpuSequence(0, 40L), new CpuSequence(3, 60L)));
        return ledger;
    }
}
