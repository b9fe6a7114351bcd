package io.skbstream.producer.spool;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the spool that shrinks: blocks are handed out in order, and settled in that order. {@link #read} is the replay thread's,
 * without the lock; all else is guarded by it.
 */
final class Replay {

    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

    /**
     * What was handed out and is not settled.
     *
     * @param block null where nothing more could be read
     * @param end position behind it
     * @param last whether its segment ends with it
     */
    private record Handed(Segment segment, SpooledBlock block, long end, boolean last) {}

    private final Books books;
    private final DiskTrouble trouble;
    private final ArrayDeque<Handed> handed = new ArrayDeque<>();

    /** What to read next: a segment, or the first one behind it, and a position there. */
    private long number;

    private long position;

    /** The replay thread's own. */
    private SegmentReader reader;

    private long readerOf = -1;
    private long damageTold = -1;

    Replay(Books books, DiskTrouble trouble) {
        this.books = books;
        this.trouble = trouble;
    }

    /** The segment to read from next; null if there is none. */
    Segment segment() {
        Map.Entry<Long, Segment> next = books.segments().ceilingEntry(number);
        if (next == null) {
            return null;
        }
        if (next.getKey() != number || position == 0) {
            number = next.getKey();
            position = next.getValue().position;
        }
        return next.getValue();
    }

    /** Reads the next block of a segment that grows no more; null if that cannot be tried now. */
    Reading read(Segment segment) {
        try {
            SegmentReader in = reader(segment);
            Frames.Frame frame = in.frames().next(position);
            while (frame != null) {
                Frames.Frame after = in.frames().next(frame.end());
                try {
                    return new Reading(in.read(frame), frame.end(), after == null);
                } catch (IOException damaged) {
                    tellDamage(segment, "its block at " + frame.start() + ": " + damaged.getMessage());
                    frame = after;
                }
            }
            return new Reading(null, position, true);
        } catch (FileNotFoundException unopened) { // too many open files, say: it is not lost for that
            trouble.happened("its segments, even only to read them", unopened);
            return null;
        } catch (NoSuchFileException gone) {
            tellDamage(segment, "it is gone");
        } catch (IOException unreadable) {
            tellDamage(segment, unreadable.getMessage());
        }
        return new Reading(null, position, true);
    }

    /**
     * What reading gave.
     *
     * @param block null if there is no further block in the segment
     */
    record Reading(SpooledBlock block, long end, boolean last) {}

    /** Enters what was read. */
    void hand(Segment segment, Reading reading) {
        handed.addLast(new Handed(segment, reading.block(), reading.end(), reading.last()));
        segment.handedOut++;
        number = reading.last() ? segment.number + 1 : segment.number;
        position = reading.last() ? 0 : reading.end();
        endUnreadable();
    }

    void settle(SpooledBlock block, long acked, Map<String, Long> rejectedBy) {
        Handed first = handed.peekFirst();
        if (first == null || first.block() != block) {
            throw new IllegalStateException("blocks are settled in the order in which they were handed out, and once");
        }
        long rejected = rejectedBy.values().stream().mapToLong(Long::longValue).sum();
        if (acked + rejected != block.size()) {
            throw new IllegalArgumentException(
                    acked + " acked and " + rejected + " rejected are not the block's " + block.size() + " events");
        }
        handed.removeFirst();
        Segment segment = first.segment();
        segment.handedOut--;
        segment.waiting -= block.size();
        segment.position = first.end();
        segment.oldestMs = block.timestampMs(block.size() - 1);
        segment.account.settled(block.size(), acked, rejectedBy);
        if (first.last()) {
            end(segment);
        } else {
            books.settled();
        }
        endUnreadable();
    }

    private void endUnreadable() {
        while (!handed.isEmpty() && handed.peekFirst().block() == null) {
            Segment segment = handed.removeFirst().segment();
            segment.handedOut--;
            end(segment);
        }
    }

    /** All that could be read of it is settled: what should have been there beyond that was lost on the disk. */
    private void end(Segment segment) {
        if (segment.waiting > 0) {
            LOG.error("spool: {} of the events in {} cannot be read: lost, and counted", segment.waiting, segment.path);
            segment.account.unreadable(segment.waiting);
        }
        if (readerOf == segment.number) {
            close();
        }
        books.remove(segment);
        books.write();
    }

    private SegmentReader reader(Segment segment) throws IOException {
        if (readerOf != segment.number) {
            close();
            reader = SegmentReader.open(segment.path);
            readerOf = segment.number;
        }
        return reader;
    }

    private void tellDamage(Segment segment, String what) {
        if (damageTold != segment.number) {
            damageTold = segment.number;
            LOG.error("spool: {} is damaged: {}; reading goes on behind it", segment.path, what);
        }
    }

    /** Lets go of the file that is open; by the replay thread, or when that has ended. */
    void close() {
        if (reader != null) {
            reader.close();
            reader = null;
            readerOf = -1;
        }
    }
}
