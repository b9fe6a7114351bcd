package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SequencesTest {
    private static final String ID = "web-1/1/0";

    private final TreeMap<Long, Long> missing = new TreeMap<>();
    private KeyValueStore<String, Sequences.Progress> progress;
    private KeyValueStore<String, Sequences.Gap> gaps;
    private Sequences sequences;

    @BeforeEach
    @BeforeTry
    void open() {
        missing.clear();
        progress = store("sequences", Sequences.Progress.SERDE);
        gaps = store("gaps", Sequences.Gap.SERDE);
        sequences = new Sequences(progress, gaps);
    }

    private static <T> KeyValueStore<String, T> store(String name, Serde<T> values) {
        var store = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), values)
                .withLoggingDisabled()
                .build();
        store.init(new MockProcessorContext<>().getStateStoreContext(), store);
        return store;
    }

    @Test
    void inMidStreamTheFirstNumberSeenIsTheBaseline() {
        assertThat(see(1000, 0)).isTrue();
        assertThat(missing).isEmpty();
    }

    @Test
    void fromTheBeginningTheFirstNumberIsZero() {
        assertThat(seeFromZero(5, 100)).isTrue();
        assertThat(missing).containsOnly(Map.entry(100L, 5L));
        assertThat(seeFromZero(2, 40)).isTrue();
        assertThat(missing).containsOnly(Map.entry(40L, 2L), Map.entry(100L, 2L));
        assertThat(seeFromZero(0, 10)).isTrue();
        assertThat(seeFromZero(0, 10)).isFalse();
        assertThat(missing).containsOnly(Map.entry(40L, 1L), Map.entry(100L, 2L));
    }

    @Test
    void aJumpIsReportedAtTheTimeOfTheEventThatJumped() {
        see(7, 100);
        see(8, 200);
        see(12, 300);
        assertThat(missing).containsOnly(Map.entry(300L, 3L));
    }

    @Test
    void aNumberThatComesAfterAllIsNewOnceAndTakenBackWhereItWasReported() {
        see(7, 100);
        see(12, 300);
        assertThat(see(10, 250)).isTrue();
        assertThat(see(10, 250)).isFalse();
        assertThat(missing).containsOnly(Map.entry(250L, 2L), Map.entry(300L, 1L));
        see(8, 150);
        see(9, 200);
        see(11, 275);
        assertThat(missing).containsOnly(Map.entry(250L, 0L), Map.entry(300L, 0L));
        assertThat(progress.get(ID).gaps())
                .as("only what lies before the first")
                .isEqualTo(1);
    }

    @Test
    void aNumberBeforeTheBaselineIsNewOnceAndWasNeverMissing() {
        see(7, 100);
        assertThat(see(3, 50)).isTrue();
        assertThat(see(3, 50)).isFalse();
        assertThat(missing).isEmpty();
    }

    @Test
    void theHighestNumberThereIsIsOneToo() {
        see(Long.MAX_VALUE - 2, 100);
        see(Long.MAX_VALUE, 200);
        assertThat(see(Long.MAX_VALUE, 200)).isFalse();
        assertThat(see(Long.MAX_VALUE - 1, 150)).isTrue();
        assertThat(missing).containsOnly(Map.entry(200L, 0L));
    }

    @Test
    void sequencesWhoseNamesAreAlikeAreKeptApart() {
        sequences.see("a/1/1", 5, 0, false, missing());
        sequences.see("a/1/11", 9, 0, false, missing());
        sequences.see("a/1/1", 7, 10, false, missing());
        assertThat(sequences.see("a/1/11", 6, 0, false, missing())).isTrue();
        assertThat(sequences.see("a/1/1", 6, 9, false, missing())).isTrue();
        assertThat(sequences.see("a/1/1", 6, 9, false, missing())).isFalse();
        assertThat(missing).containsOnly(Map.entry(10L, 0L));
    }

    @Test
    void aNumberOfAGapThatWasOneTooManyStaysMissing() {
        int jumps = Sequences.MAX_GAPS + 1;
        for (int i = 0; i <= jumps; i++) {
            see(2L * i, 100);
        }
        assertThat(gaps.all()).toIterable().hasSize(Sequences.MAX_GAPS);
        assertThat(see(1, 100)).isFalse();
        assertThat(see(3, 100)).isTrue();
        assertThat(missing).containsOnly(Map.entry(100L, jumps - 1L));
    }

    @Test
    void aGapIsForgottenWhenAllThatWouldFillItIsTooLate() {
        see(0, 100);
        see(2, 200);
        see(4, 300);
        sequences.forget(timestampMs -> timestampMs <= 200, timestampMs -> false);
        assertThat(gaps.all()).toIterable().singleElement().satisfies(gap -> assertThat(gap.value.from())
                .isEqualTo(3));
        assertThat(progress.get(ID).gaps()).isEqualTo(1);
        sequences.forget(timestampMs -> true, timestampMs -> true);
        assertThat(gaps.all()).toIterable().isEmpty();
        assertThat(progress.all()).toIterable().isEmpty();
    }

    @Test
    void aNumberThatComesAfterAllKeepsItsSequenceAsLongAsItsGap() {
        see(0, 100);
        see(5, 200);
        see(3, 5000);
        sequences.forget(timestampMs -> timestampMs <= 1000, timestampMs -> timestampMs <= 1000);
        assertThat(progress.get(ID)).isEqualTo(new Sequences.Progress(5, 5000, 1));
        sequences.forget(timestampMs -> true, timestampMs -> true);
        assertThat(gaps.all()).toIterable().isEmpty();
        assertThat(progress.all()).toIterable().isEmpty();
    }

    @Test
    void aGapWhoseSequenceIsForgottenGoesToo() {
        see(0, 100);
        see(2, 200);
        progress.delete(ID);
        sequences.forget(timestampMs -> true, timestampMs -> true);
        assertThat(gaps.all()).toIterable().isEmpty();
    }

    @Test
    void hostsWithSlashesAreKeptApart() {
        see(0, 100);
        see(9, 100);
        sequences.see(ID + "/0", 0, 100, false, (count, timestampMs) -> {});
        sequences.see(ID + "/0", 9, 100, false, (count, timestampMs) -> {});
        assertThat(see(5, 100)).isTrue();
        assertThat(see(5, 100)).isFalse();
        assertThat(sequences.see(ID + "/0", 5, 100, false, (count, timestampMs) -> {}))
                .isTrue();
    }

    /** Whatever the order and the duplicates, each number ends up as exactly one of the two, and where the order does not matter. */
    @Property
    void everyNumberIsOneEventOrMissingAtTheTimeOfTheNextThatHasCome(
            @ForAll @Size(min = 1, max = 120) List<@IntRange(max = 60) Integer> arrivals) {
        TreeSet<Long> come = new TreeSet<>();
        for (long seq : arrivals) {
            assertThat(seeFromZero(seq, seq)).isEqualTo(come.add(seq));
            assertThat(gaps.all()).toIterable().hasSize(progress.get(ID).gaps());
            TreeMap<Long, Long> expected = new TreeMap<>();
            LongStream.range(0, come.last())
                    .filter(lost -> !come.contains(lost))
                    .forEach(lost -> expected.merge(come.higher(lost), 1L, Long::sum));
            missing.values().removeIf(count -> count == 0);
            assertThat(missing).isEqualTo(expected);
        }
    }

    @Property
    void inMidStreamOnlyWhatLiesBeforeTheFirstSeenIsNotMissing(
            @ForAll @Size(min = 1, max = 120) List<@IntRange(max = 60) Integer> arrivals) {
        TreeSet<Long> come = new TreeSet<>();
        arrivals.forEach(seq -> assertThat(see(seq, seq)).isEqualTo(come.add((long) seq)));
        long expected = LongStream.rangeClosed(arrivals.get(0), come.last())
                .filter(seq -> !come.contains(seq))
                .count();
        assertThat(missing.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(expected);
        assertThat(missing.values()).allSatisfy(count -> assertThat(count).isNotNegative());
    }

    private boolean see(long seq, long timestampMs) {
        return sequences.see(ID, seq, timestampMs, false, missing());
    }

    private boolean seeFromZero(long seq, long timestampMs) {
        return sequences.see(ID, seq, timestampMs, true, missing());
    }

    private Sequences.Missing missing() {
        return (count, atMs) -> missing.merge(atMs, count, Long::sum);
    }
}
