package io.skbstream.producer.spool;

import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.skbstream.avro.NetifReceive;
import io.skbstream.producer.event.EncodedEvents;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The end of the spool that grows: the active segment, its bounds, and what to do when the disk refuses. Guarded by the spool's lock. */
final class Appender {

    private static final long MAX_SEGMENT_BYTES = 4 << 20;
    private static final int SEGMENTS = 8;
    private static final long MAX_SEGMENT_AGE_NS = 60_000_000_000L;

    /** The second attempt goes to a fresh segment: what is wrong may be the file. */
    private static final Retry ONCE_MORE = Retry.of(
            "spool",
            RetryConfig.custom()
                    .maxAttempts(2)
                    .waitDuration(Duration.ZERO)
                    .retryExceptions(IOException.class)
                    .build());

    private final SpoolSettings settings;
    private final SpoolLayout layout;
    private final Books books;
    private final DiskTrouble trouble;
    private final LongSupplier nowMs;
    private final long segmentBytes;

    /** What the header of a segment takes at most. */
    private final int headerBytes;

    private Segment active;
    private SegmentWriter writer;
    private long activeSinceNs;
    private final List<SegmentWriter> unsynced = new ArrayList<>();
    private boolean namesUnsynced;

    Appender(SpoolSettings settings, SpoolLayout layout, Books books, DiskTrouble trouble, LongSupplier nowMs) {
        this.settings = settings;
        this.layout = layout;
        this.books = books;
        this.trouble = trouble;
        this.nowMs = nowMs;
        this.headerBytes = NetifReceive.getClassSchema().toString().length()
                + 3 * books.current().host.length()
                + 512;
        this.segmentBytes = Math.min(MAX_SEGMENT_BYTES, settings.maxBytes() / SEGMENTS);
    }

    /** Appends a block, or counts its events as evicted or failed. */
    void append(EncodedEvents events, BitSet which, int size) {
        if (trouble.isResting(size)) {
            books.current().failed(size);
            return;
        }
        try {
            ONCE_MORE.executeCallable(() -> write(events, which, size));
            trouble.isOver();
        } catch (IOException failed) {
            books.current().failed(size);
            trouble.lost(size, failed);
        } catch (Exception defect) {
            throw new IllegalStateException(defect);
        }
    }

    private Void write(EncodedEvents events, BitSet which, int size) throws IOException {
        rotate();
        if (writer == null) {
            if (!makeRoom(headerBytes)) {
                books.current().refused(size);
                return null;
            }
            begin();
        }
        try {
            int bytes = writer.encode(events, which);
            if (!makeRoom(bytes)) {
                books.current().refused(size);
                return null;
            }
            writer.write();
        } catch (IOException failed) {
            seal();
            throw failed;
        }
        if (active.waiting == 0) {
            activeSinceNs = System.nanoTime();
        }
        active.bytes = writer.bytes();
        active.waiting += size;
        books.current().spooled(size);
        for (int i = next(which, 0); i >= 0 && i < events.size(); i = next(which, i + 1)) {
            active.oldestMs = Math.min(active.oldestMs, events.timestampMs(i));
            active.newestMs = Math.max(active.newestMs, events.timestampMs(i));
        }
        return null;
    }

    private void begin() throws IOException {
        SessionAccount current = books.current();
        long number = books.nextNumber();
        writer = SegmentWriter.create(
                layout.segment(number),
                NetifReceive.getClassSchema(),
                Map.of(SegmentReader.HOST, current.host, SegmentReader.SESSION, Long.toString(current.session)));
        active = new Segment(number, writer.path(), current);
        active.writer = writer;
        active.bytes = writer.bytes();
        books.add(active);
        namesUnsynced = true;
    }

    /** Ends the active segment if it is large or old enough; nothing is evicted for that. */
    private void rotate() {
        if (active == null || active.waiting == 0) {
            return;
        }
        if (active.bytes >= segmentBytes || System.nanoTime() - activeSinceNs >= MAX_SEGMENT_AGE_NS) {
            seal();
            evictOld();
        }
    }

    /** Ends the active segment; one without events goes. */
    void seal() {
        if (active == null) {
            return;
        }
        if (active.waiting == 0 && active.handedOut == 0) {
            books.remove(active);
        } else {
            unsynced.add(writer);
        }
        active = null;
        writer = null;
    }

    boolean isActive(Segment segment) {
        return segment == active;
    }

    /** Evicts for this many bytes more, as the policy says. */
    private boolean makeRoom(int more) {
        long over = books.bytes() + more - settings.maxBytes();
        if (over <= 0) {
            return true;
        }
        if (settings.policy() == SpoolSettings.Policy.REFUSE_NEWEST) {
            return false;
        }
        List<Segment> victims = new ArrayList<>();
        for (Segment segment : books.segments().values()) {
            if (over > 0 && mayGo(segment)) {
                victims.add(segment);
                over -= segment.bytes;
            }
        }
        if (over > 0) {
            return false; // not even all of them would do
        }
        evict(victims);
        return books.bytes() + more <= settings.maxBytes();
    }

    private void evictOld() {
        long oldest = nowMs.getAsLong() - settings.maxAge().toMillis();
        evict(books.segments().values().stream()
                .filter(segment -> mayGo(segment) && segment.newestMs < oldest)
                .toList());
    }

    private boolean mayGo(Segment segment) {
        return !isActive(segment) && !segment.isBeingReplayed();
    }

    private void evict(List<Segment> victims) {
        if (victims.isEmpty()) {
            return;
        }
        for (Segment segment : victims) {
            segment.account.evicted(segment.waiting);
            books.remove(segment);
        }
        books.write();
    }

    /** Bounds by age, once a second. */
    void tidy() {
        rotate();
        evictOld();
    }

    /** What is to be forced to the disk, by someone who does not hold the lock. */
    Unsynced takeUnsynced() {
        List<SegmentWriter> sealed = List.copyOf(unsynced);
        unsynced.clear();
        Unsynced taken = new Unsynced(sealed, writer, namesUnsynced);
        namesUnsynced = false;
        return taken;
    }

    private static int next(BitSet which, int from) {
        return which == null ? from : which.nextSetBit(from);
    }

    /** Files with blocks that the disk may not have yet. */
    record Unsynced(List<SegmentWriter> sealed, SegmentWriter active, boolean names) {

        /** Forces them; the first error ends it, and is thrown when all sealed ones are closed. */
        void sync(SpoolLayout layout) throws IOException {
            IOException first = null;
            for (SegmentWriter one : sealed) {
                try {
                    one.sync();
                } catch (IOException failed) {
                    first = failed;
                }
                one.close();
            }
            if (first != null) {
                throw first;
            }
            if (active != null) {
                active.sync();
            }
            if (names) {
                layout.sync();
            }
        }
    }
}
