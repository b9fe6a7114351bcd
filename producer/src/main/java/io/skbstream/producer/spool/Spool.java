package io.skbstream.producer.spool;

import io.skbstream.avro.AckedLog;
import io.skbstream.avro.AgentLedger;
import io.skbstream.producer.event.EncodedEvents;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Holds events on disk while Kafka is away, and counts what became of each, in this session and in later ones.
 *
 * <p>Threads: {@link #append} and {@link #keepRejected(EncodedEvents, BitSet, String)} the publish thread, {@link #next} and {@link
 * #settle} the replay thread, the rest any. One lock inside; it is not held while a block is read.
 */
public final class Spool implements AutoCloseable {

    private final SpoolSettings settings;
    private final SpoolLayout layout;
    private final FolderLock folderLock;
    private final DiskTrouble trouble;
    private final Books books;
    private final Appender appender;
    private final Replay replay;
    private final RejectedEvents rejected;
    private boolean closed;

    private Spool(
            SpoolSettings settings,
            SpoolLayout layout,
            FolderLock folderLock,
            DiskTrouble trouble,
            Books books,
            LongSupplier nowMs) {
        this.settings = settings;
        this.layout = layout;
        this.folderLock = folderLock;
        this.trouble = trouble;
        this.books = books;
        this.appender = new Appender(settings, layout, books, trouble, nowMs);
        this.replay = new Replay(books, trouble);
        this.rejected = new RejectedEvents(layout.rejected());
    }

    /**
     * Opens a folder and makes it when it is missing: locks it, cuts torn tails off, and closes the accounts of sessions that were killed.
     *
     * @param host the current session's {@code host}
     * @param session the current session's start, in milliseconds since the Unix epoch
     * @throws io.skbstream.producer.AgentException if the folder cannot be made, written or locked
     */
    public static Spool open(SpoolSettings settings, String host, long session) {
        return open(settings, host, session, System::currentTimeMillis, System::nanoTime);
    }

    /**
     * @param nowMs tells how old events are
     * @param nowNs measures how long a failing disk is left alone
     */
    static Spool open(SpoolSettings settings, String host, long session, LongSupplier nowMs, LongSupplier nowNs) {
        SpoolLayout layout = new SpoolLayout(settings.folder());
        FolderLock folderLock = FolderLock.take(layout);
        try {
            SegmentWriter.load();
            DiskTrouble trouble = new DiskTrouble(layout.folder(), nowNs);
            Books books = new Recovery(layout, trouble).books(new SessionAccount(host, session));
            return new Spool(settings, layout, folderLock, trouble, books, nowMs);
        } catch (IOException refused) {
            folderLock.close();
            throw FolderLock.unusable(layout.folder(), refused);
        } catch (RuntimeException failed) {
            folderLock.close();
            throw failed;
        }
    }

    /**
     * Takes events of the current session, as one block. When this returns they are in the file, where a killed agent leaves
     * them; {@link #sync} puts them on the disk. Never throws for a full or failing disk: what the spool does not take is
     * counted as evicted or failed.
     *
     * @param which indices of those to take; null for all
     */
    public synchronized void append(EncodedEvents events, BitSet which) {
        int size = which == null ? events.size() : which.cardinality();
        if (size == 0) {
            return;
        }
        if (closed) {
            throw new IllegalStateException("the spool is closed");
        }
        appender.append(events, which, size);
    }

    /** Forces to the disk what was appended since the last time; to be called about once a second, by a thread that may wait for the disk. */
    public void sync() {
        Appender.Unsynced unsynced;
        synchronized (this) {
            if (closed) {
                return;
            }
            appender.tidy();
            unsynced = appender.takeUnsynced();
        }
        force(unsynced);
    }

    private void force(Appender.Unsynced unsynced) {
        try {
            unsynced.sync(layout);
        } catch (IOException failed) {
            trouble.happened("events for good", failed);
        }
    }

    /** Keeps events of the current session that Kafka refused for good in {@code rejected/}, as far as that has room. Counts nothing. */
    public void keepRejected(EncodedEvents events, BitSet which, String reason) {
        rejected.keep(books.current().host, books.current().session, events, which, reason);
    }

    /** The same for events out of the spool, under their own session. */
    public void keepRejected(SpooledBlock block, BitSet which, String reason) {
        rejected.keep(block, which, reason);
    }

    /**
     * The oldest block that was not handed out yet; null if none waits, or the disk does not let it be read now. What is damaged is
     * counted as failed and passed over.
     */
    public SpooledBlock next() {
        while (true) {
            Segment segment;
            synchronized (this) {
                segment = closed ? null : replay.segment();
                if (segment == null || appender.isActive(segment) && segment.waiting == 0) {
                    return null;
                }
                if (appender.isActive(segment)) {
                    appender.seal();
                }
                segment.reading = true;
            }
            Replay.Reading reading = replay.read(segment);
            synchronized (this) {
                segment.reading = false;
                if (closed || reading == null) {
                    replay.close();
                    return null;
                }
                replay.hand(segment, reading);
            }
            if (reading.block() != null) {
                return reading.block();
            }
        }
    }

    /**
     * Ends a block: each of its events is either acknowledged or refused for good. Blocks are settled in the order in which
     * {@link #next} gave them; a crash before the account is written makes the block come again.
     *
     * @param acked events that were acknowledged
     * @param rejectedBy the others, by reason
     */
    public synchronized void settle(SpooledBlock block, long acked, Map<String, Long> rejectedBy) {
        if (closed) {
            throw new IllegalStateException("the spool is closed");
        }
        replay.settle(block, acked, rejectedBy);
    }

    /**
     * Where events of an earlier session went that this agent has replayed; in the account from the next {@link #settle} on. The
     * current session's are in its own ledger.
     *
     * @param logs all of them since this agent began
     */
    public synchronized void noteLogs(String host, long session, List<AckedLog> logs) {
        earlier(host, session).forEach(one -> one.noteLogs(logs));
    }

    /**
     * Changes what the last ledger of an earlier session says of what happened outside the spool.
     *
     * @param change of hits to ringFull, sequences and the like; the spool's own counts are not touched by it
     * @return whether the disk has taken the account
     */
    public synchronized boolean amend(String host, long session, Consumer<AgentLedger> change) {
        earlier(host, session).forEach(one -> one.amend(change));
        return books.tryWriteForced();
    }

    private Stream<SessionAccount> earlier(String host, long session) {
        return books.earlier().stream().filter(one -> one.host.equals(host) && one.session == session);
    }

    /**
     * Writes the account, with {@code current} as the current session's ledger; about once a second and at the end.
     *
     * @return whether the disk has taken it
     */
    public synchronized boolean note(AgentLedger current) {
        if (closed) {
            throw new IllegalStateException("the spool is closed");
        }
        books.current().note(current);
        return books.write();
    }

    /**
     * Ledgers of earlier sessions whose events were here when this one began or whose last ledger may not be in Kafka yet,
     * oldest first; kept up to date. To be published.
     */
    public synchronized List<AgentLedger> earlier() {
        return books.earlier().stream().map(SessionAccount::ledger).toList();
    }

    /** This ledger of an earlier session is in Kafka: forgotten, if it still is the last word and nothing of it waits. */
    public synchronized void published(AgentLedger ledger) {
        books.earlier().removeIf(one -> one.waiting() == 0 && one.ledger().equals(ledger));
    }

    /** Counts of the current session. */
    public synchronized SpoolCounts counts() {
        return books.current().counts();
    }

    /** How the folder stands. */
    public synchronized SpoolState state() {
        long events = 0;
        int segments = 0;
        long oldestMs = Long.MAX_VALUE;
        for (Segment segment : books.segments().values()) {
            events += segment.waiting;
            segments++;
            oldestMs = Math.min(oldestMs, segment.oldestMs);
        }
        return new SpoolState(
                books.bytes(),
                settings.maxBytes(),
                events,
                segments,
                events == 0 ? OptionalLong.empty() : OptionalLong.of(oldestMs),
                trouble.failing());
    }

    /** Writes what is left to write, and lets go of the folder. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        appender.seal();
        force(appender.takeUnsynced());
        books.tryWriteForced();
        if (books.segments().values().stream().noneMatch(segment -> segment.reading)) {
            replay.close();
        }
        rejected.close();
        folderLock.close();
    }
}
