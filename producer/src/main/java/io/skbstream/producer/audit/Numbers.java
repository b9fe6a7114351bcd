package io.skbstream.producer.audit;

import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * The {@code seq} numbers of one CPU that were found. They come nearly in order, so what is kept is a compressed bitmap, and
 * the run that is just growing beside it: a session without gaps takes some bytes, however long it is. One thread.
 */
final class Numbers {

    private static final int RUNS_PER_COMPRESSION = 1 << 20;

    private final Roaring64Bitmap found = new Roaring64Bitmap();
    private long from;
    private long to; // exclusive; equal to from: no run yet
    private long next;
    private int runs;

    void add(long seq) {
        if (seq != to || from == to) {
            keepRun();
            from = seq;
        }
        to = seq + 1;
        next = Math.max(next, to);
    }

    /** How many different ones. */
    long distinct() {
        keepRun();
        return found.getLongCardinality();
    }

    /** One more than the highest; 0 if there are none. */
    long next() {
        return next;
    }

    private void keepRun() {
        if (from == to) {
            return;
        }
        if (to - from == 1) {
            found.addLong(from);
        } else {
            found.addRange(from, to);
        }
        from = to;
        if (++runs % RUNS_PER_COMPRESSION == 0) {
            found.runOptimize();
        }
    }
}
