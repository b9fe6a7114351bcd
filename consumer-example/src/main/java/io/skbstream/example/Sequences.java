package io.skbstream.example;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.function.LongPredicate;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Which numbers of each sequence, one (host, session, cpu), have come. Every number from 0 to the highest seen is either an
 * event that is counted once, or missing at the time of the event with the next higher number that has come. So in the end
 * it does not matter in which order they came:
 *
 * <ul>
 *   <li>a jump forward reports the numbers in between as missing, at the time of the event that jumped;
 *   <li>a missing number that comes after all is taken back at that same time, and those between it and the next lower one that
 *       has come are then missing at its own time;
 *   <li>a number that came before is a duplicate.
 * </ul>
 *
 * <p>Where this reader may have begun in mid-stream, what lies before the first number seen is not reported.
 *
 * <p>Of each sequence the highest number is kept, and the gaps below it, each gap under a key of its own, so that an event in
 * order costs the same however many gaps there are. At most {@link #MAX_GAPS} gaps of a sequence are remembered: the
 * numbers of older ones stay missing for good, and one that comes after all is taken for a duplicate. For one thread.
 */
final class Sequences {
    static final int MAX_GAPS = 1024;

    /** No name has it, so that the keys of one sequence lie together whatever hosts are called. */
    private static final char SEPARATOR = 0;

    /**
     * How far a sequence has come.
     *
     * @param highest number seen
     * @param newestMs time of its newest event, in ms since the Unix epoch
     * @param gaps how many are remembered
     */
    record Progress(long highest, long newestMs, int gaps) {
        static final Serde<Progress> SERDE = Serdes.serdeFrom(
                (topic, progress) -> progress == null ? null : progress.toBytes(),
                (topic, bytes) -> bytes == null ? null : of(ByteBuffer.wrap(bytes)));

        private Progress withGaps(int change) {
            return new Progress(highest, newestMs, gaps + change);
        }

        private byte[] toBytes() {
            return ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES)
                    .putLong(highest)
                    .putLong(newestMs)
                    .putInt(gaps)
                    .array();
        }

        private static Progress of(ByteBuffer in) {
            return new Progress(in.getLong(), in.getLong(), in.getInt());
        }
    }

    /**
     * Numbers that have not come, both ends inclusive.
     *
     * @param endedMs time of the event with the number after it, which is later than all that would fill it
     * @param reported whether they were reported as missing, at that time
     */
    record Gap(long from, long to, long endedMs, boolean reported) {
        static final Serde<Gap> SERDE = Serdes.serdeFrom(
                (topic, gap) -> gap == null ? null : gap.toBytes(),
                (topic, bytes) -> bytes == null ? null : of(ByteBuffer.wrap(bytes)));

        private byte[] toBytes() {
            return ByteBuffer.allocate(3 * Long.BYTES + 1)
                    .putLong(from)
                    .putLong(to)
                    .putLong(endedMs)
                    .put((byte) (reported ? 1 : 0))
                    .array();
        }

        private static Gap of(ByteBuffer in) {
            return new Gap(in.getLong(), in.getLong(), in.getLong(), in.get() == 1);
        }
    }

    /** Told how many more, or fewer if negative, are missing at a time. */
    @FunctionalInterface
    interface Missing {
        void add(long count, long timestampMs);
    }

    private final KeyValueStore<String, Progress> sequences;
    private final KeyValueStore<String, Gap> gaps;

    Sequences(KeyValueStore<String, Progress> sequences, KeyValueStore<String, Gap> gaps) {
        this.sequences = sequences;
        this.gaps = gaps;
    }

    /**
     * Takes a number in.
     *
     * @param id of the sequence; without NUL
     * @param fromZero whether nothing of the sequence was there before this reader; matters for the first number seen
     * @return whether it is new; false for a duplicate
     */
    boolean see(String id, long seq, long timestampMs, boolean fromZero, Missing missing) {
        Progress known = sequences.get(id);
        if (known != null && seq <= known.highest) {
            return fill(id, known, seq, timestampMs, missing);
        }
        long expected = known == null ? 0 : known.highest + 1;
        var progress = known == null
                ? new Progress(seq, timestampMs, 0)
                : new Progress(seq, Math.max(known.newestMs, timestampMs), known.gaps);
        if (seq > expected) {
            boolean reported = known != null || fromZero;
            progress = remember(id, progress, new Gap(expected, seq - 1, timestampMs, reported));
            if (reported) {
                missing.add(seq - expected, timestampMs);
            }
        }
        sequences.put(id, progress);
        return true;
    }

    private boolean fill(String id, Progress known, long seq, long timestampMs, Missing missing) {
        Gap gap;
        try (var atOrBelow = gaps.reverseRange(key(id, 0), key(id, seq))) {
            gap = atOrBelow.hasNext() ? atOrBelow.next().value : null;
        }
        if (gap == null || seq > gap.to) {
            return false;
        }
        gaps.delete(key(id, gap.from));
        var progress = new Progress(known.highest, Math.max(known.newestMs, timestampMs), known.gaps - 1);
        long below = seq - gap.from;
        if (below > 0) {
            progress = remember(id, progress, new Gap(gap.from, seq - 1, timestampMs, gap.reported));
        }
        if (seq < gap.to) {
            progress = remember(id, progress, new Gap(seq + 1, gap.to, gap.endedMs, gap.reported));
        }
        sequences.put(id, progress);
        if (gap.reported) {
            missing.add(-below - 1, gap.endedMs);
            if (below > 0) {
                missing.add(below, timestampMs);
            }
        }
        return true;
    }

    private Progress remember(String id, Progress progress, Gap gap) {
        gaps.put(key(id, gap.from), gap);
        if (progress.gaps < MAX_GAPS) {
            return progress.withGaps(1);
        }
        String oldest;
        try (var all = gaps.range(key(id, 0), key(id, Long.MAX_VALUE))) {
            oldest = all.next().key;
        }
        gaps.delete(oldest);
        return progress;
    }

    /**
     * Forgets what no event will ask for.
     *
     * @param isClosed whether an event of this time would be too late
     * @param isForgotten the same for sequences, by the time of their newest event: only where that time is closed
     */
    void forget(LongPredicate isClosed, LongPredicate isForgotten) {
        try (var all = gaps.all()) {
            all.forEachRemaining(entry -> {
                if (isClosed.test(entry.value.endedMs)) {
                    gaps.delete(entry.key);
                    String id = entry.key.substring(0, entry.key.lastIndexOf(SEPARATOR));
                    Progress progress = sequences.get(id);
                    if (progress != null) { // a store with a cache may have passed by a gap when it forgot the sequence
                        sequences.put(id, progress.withGaps(-1));
                    }
                }
            });
        }
        try (var all = sequences.all()) {
            all.forEachRemaining(entry -> {
                if (isForgotten.test(entry.value.newestMs)) {
                    sequences.delete(entry.key);
                }
            });
        }
    }

    /** The host of a key, in either store. */
    static String hostOf(String key) {
        int session = key.lastIndexOf('/', key.lastIndexOf('/') - 1);
        return key.substring(0, session);
    }

    /** Sorted as the numbers are, within a sequence. */
    private static String key(String id, long from) {
        return id + SEPARATOR + HexFormat.of().toHexDigits(from);
    }
}
