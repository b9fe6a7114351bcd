package io.skbstream.example;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Which numbers of one (host, session, cpu) have come. Every number from the first one seen to the highest is either an
 * event that is counted once, or missing:
 *
 * <ul>
 *   <li>a jump forward reports the numbers in between as missing, at the time of the event that jumped;
 *   <li>a missing number that comes after all is taken back at that same time;
 *   <li>a number that came before is a duplicate;
 *   <li>what lies before the first one seen is not reported, for this reader may just have started in mid-stream.
 * </ul>
 *
 * <p>At most {@link #MAX_GAPS} gaps are remembered; the numbers of older ones stay missing for good. Mutable, for one
 * thread.
 */
final class Sequence {
    static final int MAX_GAPS = 64;
    static final Serde<Sequence> SERDE = Serdes.serdeFrom(
            (topic, sequence) -> sequence == null ? null : sequence.toBytes(),
            (topic, bytes) -> bytes == null ? null : new Sequence(bytes));

    private static final long UNREPORTED = Long.MIN_VALUE;

    /** Numbers from (inclusive) to (exclusive) that have not come, and when they were reported as missing. */
    private record Gap(long from, long to, long reportedAtMs) {}

    /** Told how many more, or fewer if negative, are missing at a time. */
    @FunctionalInterface
    interface Missing {
        void add(long count, long timestampMs);
    }

    private final List<Gap> gaps = new ArrayList<>();
    private long next;
    private long lastTimestampMs;

    Sequence(long first) {
        next = first;
        if (first > 0) {
            gaps.add(new Gap(0, first, UNREPORTED));
        }
    }

    /** Takes a number in. Returns whether it is new; false for a duplicate. */
    boolean see(long seq, long timestampMs, Missing missing) {
        lastTimestampMs = Math.max(lastTimestampMs, timestampMs);
        if (seq < next) {
            return fill(seq, missing);
        }
        if (seq > next) {
            missing.add(seq - next, timestampMs);
            remember(gaps.size(), new Gap(next, seq, timestampMs));
        }
        next = seq + 1;
        return true;
    }

    /** Time of the newest event, in ms since the Unix epoch. */
    long lastTimestampMs() {
        return lastTimestampMs;
    }

    private boolean fill(long seq, Missing missing) {
        for (int i = gaps.size() - 1; i >= 0; i--) {
            Gap gap = gaps.get(i);
            if (gap.from <= seq && seq < gap.to) {
                gaps.remove(i);
                remember(i, new Gap(seq + 1, gap.to, gap.reportedAtMs));
                remember(i, new Gap(gap.from, seq, gap.reportedAtMs));
                if (gap.reportedAtMs != UNREPORTED) {
                    missing.add(-1, gap.reportedAtMs);
                }
                return true;
            }
        }
        return false;
    }

    private void remember(int index, Gap gap) {
        if (gap.from < gap.to) {
            gaps.add(index, gap);
        }
        if (gaps.size() > MAX_GAPS) {
            gaps.remove(0);
        }
    }

    private byte[] toBytes() {
        ByteBuffer out = ByteBuffer.allocate((2 + 3 * gaps.size()) * Long.BYTES);
        out.putLong(next).putLong(lastTimestampMs);
        gaps.forEach(gap -> out.putLong(gap.from).putLong(gap.to).putLong(gap.reportedAtMs));
        return out.array();
    }

    private Sequence(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        next = in.getLong();
        lastTimestampMs = in.getLong();
        while (in.hasRemaining()) {
            gaps.add(new Gap(in.getLong(), in.getLong(), in.getLong()));
        }
    }
}
