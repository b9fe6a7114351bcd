package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SequenceTest {
    private final TreeMap<Long, Long> missing = new TreeMap<>();
    private Sequence sequence;

    @Test
    void theFirstNumberSeenIsTheBaseline() {
        assertThat(see(1000, 0)).isTrue();
        assertThat(missing).isEmpty();
    }

    @Test
    void aJumpIsReportedAtTheTimeOfTheEventThatJumped() {
        see(7, 100);
        see(8, 200);
        see(12, 300);
        assertThat(missing).containsOnly(Map.entry(300L, 3L));
    }

    @Test
    void aNumberThatComesLateIsNewOnceAndTakenBackWhereItWasReported() {
        see(7, 100);
        see(12, 300);
        assertThat(see(10, 250)).isTrue();
        assertThat(see(10, 250)).isFalse();
        assertThat(missing).containsOnly(Map.entry(300L, 3L));
        see(8, 150);
        see(9, 200);
        see(11, 275);
        assertThat(missing).containsOnly(Map.entry(300L, 0L));
    }

    @Test
    void aNumberBeforeTheBaselineIsNewOnceAndWasNeverMissing() {
        see(7, 100);
        assertThat(see(3, 50)).isTrue();
        assertThat(see(3, 50)).isFalse();
        assertThat(missing).isEmpty();
    }

    @Test
    void aNumberOfAForgottenGapStaysMissing() {
        int jumps = Sequence.MAX_GAPS + 1;
        for (int i = 0; i <= jumps; i++) {
            see(2L * i, 100);
        }
        assertThat(see(1, 100)).isFalse();
        assertThat(see(3, 100)).isTrue();
        assertThat(missing).containsOnly(Map.entry(100L, jumps - 1L));
    }

    /** Whatever the order and the duplicates, and through the store, each number ends up as exactly one of the two. */
    @Property
    void everyNumberFromTheFirstSeenToTheHighestIsOneEventOrMissing(
            @ForAll @Size(min = 1, max = 120) List<@IntRange(max = 60) Integer> arrivals) {
        Set<Integer> delivered = new HashSet<>();
        List<Integer> accepted = new ArrayList<>();
        missing.clear();
        sequence = null;
        for (int seq : arrivals) {
            boolean isNew = see(seq, seq);
            assertThat(isNew).isEqualTo(delivered.add(seq));
            if (isNew) {
                accepted.add(seq);
            }
            sequence = Sequence.SERDE
                    .deserializer()
                    .deserialize("", Sequence.SERDE.serializer().serialize("", sequence));
        }
        int first = arrivals.get(0);
        int highest = delivered.stream().max(Integer::compare).orElseThrow();
        long expected = IntStream.rangeClosed(first, highest)
                .filter(seq -> !delivered.contains(seq))
                .count();
        assertThat(accepted).hasSameSizeAs(delivered);
        assertThat(missing.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(expected);
        assertThat(missing.values()).allSatisfy(count -> assertThat(count).isNotNegative());
    }

    private boolean see(long seq, long timestampMs) {
        if (sequence == null) {
            sequence = new Sequence(seq);
        }
        return sequence.see(seq, timestampMs, (count, atMs) -> missing.merge(atMs, count, Long::sum));
    }
}
