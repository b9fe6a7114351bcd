package io.skbstream.producer.ledger;

import static io.skbstream.producer.ledger.Entry.ACKED;
import static io.skbstream.producer.ledger.Entry.CAPTURED;
import static io.skbstream.producer.ledger.Entry.FILTERED;
import static io.skbstream.producer.ledger.Entry.HITS;
import static io.skbstream.producer.ledger.Entry.IN_FLIGHT;
import static io.skbstream.producer.ledger.Entry.REJECTED;
import static io.skbstream.producer.ledger.Entry.RING_FULL;
import static io.skbstream.producer.ledger.Entry.SAMPLED_OUT;
import static io.skbstream.producer.ledger.Entry.UNDELIVERED;

import java.util.EnumMap;
import java.util.Map;

/** The counts of one agent at one moment; immutable. Balanced to zero whenever nothing is moving. */
public final class Ledger {

    private final Map<Entry, Long> counts;

    /** @param counts one for each entry */
    public Ledger(Map<Entry, Long> counts) {
        this.counts = new EnumMap<>(counts);
        if (this.counts.size() != Entry.values().length) {
            throw new IllegalArgumentException("a ledger has every entry, not only " + counts.keySet());
        }
    }

    public long count(Entry entry) {
        return counts.get(entry);
    }

    /** Events by which the two equations are off, together; 0 is the proof that none went a way that is not named. */
    public long unaccounted() {
        return Math.abs(count(HITS) - count(FILTERED) - count(SAMPLED_OUT) - count(RING_FULL) - count(CAPTURED))
                + Math.abs(count(CAPTURED) - count(ACKED) - count(REJECTED) - count(UNDELIVERED) - count(IN_FLIGHT));
    }

    /** Events that were meant to be delivered and were not, each of them counted. */
    public long lost() {
        return count(RING_FULL) + count(REJECTED) + count(UNDELIVERED);
    }
}
