package io.skbstream.producer.spool;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the spool is and what it may take; immutable.
 *
 * @param folder holds nothing else, and belongs to one agent at a time; made when missing
 * @param maxBytes bound of all segment files together, at least 1 MiB
 * @param maxAge events older than this are evicted, a segment at a time
 * @param policy what happens at the bound of bytes
 */
public record SpoolSettings(Path folder, long maxBytes, Duration maxAge, Policy policy) {

    /** What gives way when the spool is full. What does is lost, and counted as evicted. */
    public enum Policy {
        /** The oldest segments, except those that are being replayed. */
        EVICT_OLDEST,
        /** The events that would have been appended. */
        REFUSE_NEWEST
    }
}
