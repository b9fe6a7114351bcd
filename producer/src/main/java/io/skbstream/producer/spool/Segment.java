package io.skbstream.producer.spool;

import java.nio.file.Path;

/** One segment file as the spool knows it. Guarded by the spool's lock. */
final class Segment {

    final long number;
    final Path path;
    final SessionAccount account;

    /** Of a segment of this session, closed once it is synced; null otherwise. */
    SegmentWriter writer;

    /** Length of the file. */
    long bytes;
    /** Up to where it is settled. */
    long position;
    /** Events that are not settled. */
    long waiting;
    /** When the oldest of them happened, and the newest, in milliseconds since the Unix epoch. */
    long oldestMs = Long.MAX_VALUE;

    long newestMs = Long.MIN_VALUE;
    /** Blocks that were handed out and are not settled. */
    int handedOut;
    /** A block of it is being read right now. */
    boolean reading;

    Segment(long number, Path path, SessionAccount account) {
        this.number = number;
        this.path = path;
        this.account = account;
    }

    boolean isBeingReplayed() {
        return handedOut > 0 || reading;
    }
}
