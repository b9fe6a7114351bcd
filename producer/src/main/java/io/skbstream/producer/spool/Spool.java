package io.skbstream.producer.spool;

import io.skbstream.avro.AgentLedger;
import io.skbstream.producer.event.EncodedEvents;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Holds events on disk while Kafka is away, and counts what became of each, in this session and in later ones.
 *
 * <p>Threads: {@link #append} and {@link #keepRejected(EncodedEvents, BitSet, String)} the publish thread, {@link #next}, {@link #rewind} and {@link
 * #settle} the replay thread, the rest any. One lock inside; it is not held while a block is read.
 */
public final class Spool implements AutoCloseable {

    /**
     * Opens a folder and makes it when it is missing: locks it, cuts torn tails off, and closes the accounts of sessions that were killed.
     *
     * @param host the current session's {@code host}
     * @param session the current session's start, in milliseconds since the Unix epoch
     * @throws io.skbstream.producer.AgentException if the folder cannot be made, written or locked
     */
    public static Spool open(SpoolSettings settings, String host, long session) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes events of the current session, as one block. When this returns they are in the file, where a killed agent leaves
     * them; {@link #sync} puts them on the disk. Never throws for a full or failing disk: what the spool does not take is
     * counted as evicted or failed.
     *
     * @param which indices of those to take; null for all
     */
    public void append(EncodedEvents events, BitSet which) {
        throw new UnsupportedOperationException();
    }

    /** Forces to the disk what was appended since the last time; to be called about once a second, by a thread that may wait for the disk. */
    public void sync() {
        throw new UnsupportedOperationException();
    }

    /** Keeps events of the current session that Kafka refused for good in {@code rejected/}, as far as that has room. Counts nothing. */
    public void keepRejected(EncodedEvents events, BitSet which, String reason) {
        throw new UnsupportedOperationException();
    }

    /** The same for events out of the spool, under their own session. */
    public void keepRejected(SpooledBlock block, BitSet which, String reason) {
        throw new UnsupportedOperationException();
    }

    /**
     * The oldest block that was not handed out yet; null if none waits. What cannot be read is counted as failed and passed
     * over.
     */
    public SpooledBlock next() {
        throw new UnsupportedOperationException();
    }

    /** Lets {@link #next} hand out again everything that is not settled. */
    public void rewind() {
        throw new UnsupportedOperationException();
    }

    /**
     * Ends a block: each of its events is either acknowledged or refused for good. Blocks are settled in the order in which
     * {@link #next} gave them; a crash before the account is written makes the block come again.
     *
     * @param acked events that were acknowledged
     * @param rejectedBy the others, by reason
     */
    public void settle(SpooledBlock block, long acked, Map<String, Long> rejectedBy) {
        throw new UnsupportedOperationException();
    }

    /** Writes the account, with {@code current} as the current session's ledger; about once a second and at the end. */
    public void note(AgentLedger current) {
        throw new UnsupportedOperationException();
    }

    /**
     * Ledgers of earlier sessions whose events were here when this one began or whose last ledger may not be in Kafka yet,
     * oldest first; kept up to date. To be published.
     */
    public List<AgentLedger> earlier() {
        throw new UnsupportedOperationException();
    }

    /** The ledger of an earlier session, as {@link #earlier} gave it last, is in Kafka: forgotten once nothing of it waits. */
    public void published(String host, long session) {
        throw new UnsupportedOperationException();
    }

    /** Counts of the current session. */
    public SpoolCounts counts() {
        throw new UnsupportedOperationException();
    }

    /** How the folder stands. */
    public SpoolState state() {
        throw new UnsupportedOperationException();
    }

    /** Writes what is left to write, and lets go of the folder. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
