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

import io.skbstream.avro.AgentLedger;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The counts of one agent at one moment; immutable. Balanced to zero whenever nothing is moving. */
public final class Ledger {

    /** The entries that are events which were meant to be delivered and never will be. */
    public static final List<Entry> LOSSES = List.of(RING_FULL, EVICTED, REJECTED, SPOOL_FAILED, ABANDONED);

    private final Map<Entry, Long> counts;

    /** @param counts one for each entry */
    public Ledger(Map<Entry, Long> counts) {
        this.counts = new EnumMap<>(counts);
        if (this.counts.size() != Entry.values().length) {
            throw new IllegalArgumentException("a ledger has every entry, not only " + counts.keySet());
        }
    }

    /** The counts of a ledger as it goes to the topic. */
    public static Ledger of(AgentLedger record) {
        Map<Entry, Long> counts = new EnumMap<>(Entry.class);
        for (Entry entry : Entry.values()) {
            counts.put(entry, count(record, entry));
        }
        return new Ledger(counts);
    }

    public long count(Entry entry) {
        return counts.get(entry);
    }

    /** Events by which the two equations are off, together; 0 is the proof that none went a way that is not named. */
    public long unaccounted() {
        long beforeCapture = sum(FILTERED, SAMPLED_OUT, RATE_LIMITED, RING_FULL, CAPTURED);
        long afterCapture = sum(ACKED, SPOOLED, EVICTED, REJECTED, SPOOL_FAILED, ABANDONED, IN_FLIGHT);
        return Math.abs(count(HITS) - beforeCapture) + Math.abs(count(CAPTURED) - afterCapture);
    }

    /** Events that were meant to be delivered and never will be, each of them counted. */
    public long lost() {
        return LOSSES.stream().mapToLong(this::count).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ledger ledger && counts.equals(ledger.counts);
    }

    @Override
    public int hashCode() {
        return counts.hashCode();
    }

    private static long count(AgentLedger record, Entry entry) {
        return switch (entry) {
            case HITS -> record.getHits();
            case FILTERED -> record.getFiltered();
            case SAMPLED_OUT -> record.getSampledOut();
            case RATE_LIMITED -> record.getRateLimited();
            case RING_FULL -> record.getRingFull();
            case CAPTURED -> record.getCaptured();
            case ACKED -> record.getAcked();
            case SPOOLED -> record.getSpooled();
            case EVICTED -> record.getEvicted();
            case REJECTED -> record.getRejected();
            case SPOOL_FAILED -> record.getSpoolFailed();
            case ABANDONED -> record.getAbandoned();
            case IN_FLIGHT -> record.getInFlight();
        };
    }

    private long sum(Entry... entries) {
        return Stream.of(entries).mapToLong(this::count).sum();
    }
}
