package io.skbstream.producer.ledger;

import static io.skbstream.producer.ledger.Entry.ABANDONED;
import static io.skbstream.producer.ledger.Entry.ACKED;
import static io.skbstream.producer.ledger.Entry.CAPTURED;
import static io.skbstream.producer.ledger.Entry.EVICTED;
import static io.skbstream.producer.ledger.Entry.FILTERED;
import static io.skbstream.producer.ledger.Entry.HITS;
import static io.skbstream.producer.ledger.Entry.IN_FLIGHT;
import static io.skbstream.producer.ledger.Entry.RATE_LIMITED;
import static io.skbstream.producer.ledger.Entry.REJECTED;
import static io.skbstream.producer.ledger.Entry.RING_FULL;
import static io.skbstream.producer.ledger.Entry.SAMPLED_OUT;
import static io.skbstream.producer.ledger.Entry.SPOOLED;
import static io.skbstream.producer.ledger.Entry.SPOOL_FAILED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LedgerTest {

    private static final List<Entry> WAYS_OF_HITS = List.of(FILTERED, SAMPLED_OUT, RATE_LIMITED, RING_FULL, CAPTURED);
    private static final List<Entry> WAYS_OF_CAPTURED =
            List.of(ACKED, SPOOLED, EVICTED, REJECTED, SPOOL_FAILED, ABANDONED, IN_FLIGHT);

    @Property
    void aLedgerWhoseTwoEquationsHoldIsBalanced(@ForAll("balanced") Map<Entry, Long> counts) {
        assertThat(new Ledger(counts).unaccounted()).isZero();
    }

    @Property
    void itIsBalancedOnlyIfBothHold(@ForAll("any") Map<Entry, Long> counts) {
        boolean hitsHold = counts.get(HITS) == sum(counts, WAYS_OF_HITS);
        boolean capturedHold = counts.get(CAPTURED) == sum(counts, WAYS_OF_CAPTURED);

        assertThat(new Ledger(counts).unaccounted() == 0).isEqualTo(hitsHold && capturedHold);
    }

    @Property
    void everyMissingOrSurplusEventIsUnaccounted(
            @ForAll("balanced") Map<Entry, Long> counts,
            @ForAll Entry entry,
            @ForAll @LongRange(min = -1000, max = 1000) long surplus) {
        counts.merge(entry, surplus, Long::sum);

        long equations = entry == CAPTURED ? 2 : 1; // it stands in both
        assertThat(new Ledger(counts).unaccounted()).isEqualTo(equations * Math.abs(surplus));
    }

    @Property
    void aSurplusInOneEquationDoesNotHideALackInTheOther(
            @ForAll("balanced") Map<Entry, Long> counts, @ForAll @LongRange(min = 1, max = 1000) long events) {
        counts.merge(HITS, events, Long::sum);
        counts.merge(ACKED, events, Long::sum);

        assertThat(new Ledger(counts).unaccounted()).isEqualTo(2 * events);
    }

    @Property
    void lostIsWhatWasMeantToBeDeliveredAndWasNot(@ForAll("balanced") Map<Entry, Long> counts) {
        Ledger ledger = new Ledger(counts);

        assertThat(ledger.lost())
                .isEqualTo(counts.get(HITS)
                        - counts.get(FILTERED)
                        - counts.get(SAMPLED_OUT)
                        - counts.get(RATE_LIMITED)
                        - counts.get(ACKED)
                        - counts.get(SPOOLED)
                        - counts.get(IN_FLIGHT));
    }

    @ParameterizedTest
    @EnumSource
    void aLedgerWithoutOneOfItsEntriesIsRefused(Entry missing) {
        Map<Entry, Long> counts = zeros();
        counts.remove(missing);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ledger(counts))
                .withMessageContaining("every entry");
    }

    @Test
    void laterChangesOfTheCallersMapDoNotReachIt() {
        Map<Entry, Long> counts = zeros();
        Ledger ledger = new Ledger(counts);
        counts.put(HITS, 1L);

        assertThat(ledger.count(HITS)).isZero();
    }

    @Test
    void keysAreSpelledAsInTheJsonLine() {
        assertThat(Entry.values())
                .extracting(Entry::key)
                .containsExactly(
                        "hits",
                        "filtered",
                        "sampled_out",
                        "rate_limited",
                        "ring_full",
                        "captured",
                        "acked",
                        "spooled",
                        "evicted",
                        "rejected",
                        "spool_failed",
                        "abandoned",
                        "in_flight");
    }

    @Provide
    Arbitrary<Map<Entry, Long>> balanced() {
        return any().map(counts -> {
            counts.put(CAPTURED, sum(counts, WAYS_OF_CAPTURED));
            counts.put(HITS, sum(counts, WAYS_OF_HITS));
            return counts;
        });
    }

    /** Small values too, so that an equation holds by chance now and then. */
    @Provide
    Arbitrary<Map<Entry, Long>> any() {
        int entries = Entry.values().length;
        return Arbitraries.oneOf(
                        Arbitraries.longs().between(0, 2).list().ofSize(entries),
                        Arbitraries.longs().between(0, 1L << 50).list().ofSize(entries))
                .map(values -> {
                    Map<Entry, Long> counts = new EnumMap<>(Entry.class);
                    for (Entry entry : Entry.values()) {
                        counts.put(entry, values.get(entry.ordinal()));
                    }
                    return counts;
                });
    }

    private static long sum(Map<Entry, Long> counts, List<Entry> entries) {
        return entries.stream().mapToLong(counts::get).sum();
    }

    private static Map<Entry, Long> zeros() {
        Map<Entry, Long> counts = new EnumMap<>(Entry.class);
        for (Entry entry : Entry.values()) {
            counts.put(entry, 0L);
        }
        return counts;
    }
}
