package io.skbstream.producer.spool;

import java.util.List;
import java.util.Map;

/**
 * What is in a spool folder; immutable.
 *
 * @param inUse whether an agent runs on it
 * @param segments every segment file, oldest first
 * @param sessions the account
 * @param rejectedFiles files in {@code rejected/}
 * @param rejectedBytes their size
 */
public record SpoolListing(
        boolean inUse, List<SegmentFile> segments, List<Session> sessions, int rejectedFiles, long rejectedBytes) {

    /** How a segment stands. */
    public enum State {
        /** Events of it wait. */
        WAITING,
        /** The running agent appends to it. */
        ACTIVE,
        /** Its end is no whole block: the next start cuts it off. */
        TORN,
        /** Nothing of it is needed any more: it is about to be deleted. */
        SETTLED,
        /** Its header is damaged, or a newer agent's. */
        UNREADABLE
    }

    /**
     * One segment file.
     *
     * @param number its number
     * @param state how it stands
     * @param host the {@code host} of its events; empty if it cannot be read
     * @param session their {@code session}
     * @param events events that wait in it
     * @param bytes its length
     * @param ratio uncompressed bytes for each compressed one, as its first block has it
     * @param firstMs when the first event that waits happened, in milliseconds since the Unix epoch
     * @param lastMs the same of the last one
     */
    public record SegmentFile(
            long number,
            State state,
            String host,
            long session,
            long events,
            long bytes,
            double ratio,
            long firstMs,
            long lastMs) {}

    /**
     * What the account says of one session.
     *
     * @param host its host
     * @param session its start, in milliseconds since the Unix epoch
     * @param state RUNNING, STOPPED or KILLED
     * @param counts counts by their names in the ledger
     */
    public record Session(String host, long session, String state, Map<String, Long> counts) {}
}
