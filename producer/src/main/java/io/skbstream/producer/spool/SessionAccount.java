package io.skbstream.producer.spool;

import io.skbstream.avro.AckedLog;
import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.Hook;
import io.skbstream.avro.SessionState;
import io.skbstream.schemas.AvroFiles;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What became of one session's events in the spool: its last ledger, and what has changed since. Guarded by the spool's lock.
 */
final class SessionAccount {

    final String host;
    final long session;

    private AgentLedger ledger;
    private Map<String, Long> rejectedInLedger = Map.of();

    private long spooled;
    private long evicted;
    private long failed;
    private long acked;
    private final Map<String, Long> rejectedBy = new TreeMap<>();

    private List<AckedLog> logsSince = List.of();

    /** Of the current session: nothing happened yet, and its first ledger is still to come. */
    SessionAccount(String host, long session) {
        this.host = host;
        this.session = session;
    }

    /** Of an earlier session, as it was left. */
    SessionAccount(AgentLedger ledger) {
        this(ledger.getHost(), ledger.getSession());
        this.ledger = ledger;
        this.spooled = ledger.getSpooled();
        this.evicted = ledger.getEvicted();
        this.failed = ledger.getSpoolFailed();
        this.acked = ledger.getReplayed();
    }

    /** Of an earlier session of which nothing is known but its events here. */
    static SessionAccount unknown(String host, long session, long events) {
        return new SessionAccount(AgentLedger.newBuilder()
                .setHost(host)
                .setSession(session)
                .setTime(Instant.ofEpochMilli(session))
                .setState(SessionState.KILLED)
                .setHook(Hook.UNKNOWN)
                .setKernel("")
                .setVersion("")
                .setTopic("")
                .setHits(events)
                .setBytes(0)
                .setFiltered(0)
                .setSampledOut(0)
                .setRateLimited(0)
                .setRingFull(0)
                .setCaptured(events)
                .setAcked(0)
                .setSpooled(events)
                .setEvicted(0)
                .setRejected(0)
                .setSpoolFailed(0)
                .setAbandoned(0)
                .setInFlight(0)
                .setReplayed(0)
                .setRecursionMisses(null)
                .setNmissed(null)
                .setUnattributed(0)
                .setRejectedBy(Map.of())
                .setSequences(List.of())
                .setDevices(List.of())
                .setLogs(List.of())
                .build());
    }

    /**
     * Closes the account of a session that has ended, against the events that are really here. One that was killed had no
     * last word; of one that has stopped, what is missing was lost on the disk, and what is found again was not.
     */
    void close(long found) {
        if (ledger.getState() == SessionState.RUNNING) {
            ledger.put("state", SessionState.KILLED);
        } else {
            failed = Math.max(0, failed + spooled - found);
        }
        spooled = found;
    }

    /** The current session's ledger as of now. */
    void note(AgentLedger current) {
        ledger = current;
        rejectedInLedger = Map.copyOf(rejectedBy);
    }

    /** Changes of the last ledger what others have counted. */
    void amend(Consumer<AgentLedger> change) {
        change.accept(ledger);
    }

    /** Where events went since this account was opened. */
    void noteLogs(List<AckedLog> logs) {
        logsSince = logs;
    }

    void spooled(long events) {
        spooled += events;
    }

    /** Events that the spool did not take. */
    void refused(long events) {
        evicted += events;
    }

    /** Events that the disk did not take. */
    void failed(long events) {
        failed += events;
    }

    /** Events that waited and were evicted. */
    void evicted(long events) {
        spooled -= events;
        refused(events);
    }

    /** Events that waited and cannot be read. */
    void unreadable(long events) {
        spooled -= events;
        failed(events);
    }

    void settled(long events, long ackedOfThem, Map<String, Long> rejected) {
        spooled -= events;
        acked += ackedOfThem;
        rejected.forEach((reason, count) -> rejectedBy.merge(reason, count, Long::sum));
    }

    long waiting() {
        return spooled;
    }

    SpoolCounts counts() {
        return new SpoolCounts(spooled, evicted, failed, acked, Map.copyOf(rejectedBy));
    }

    /** Whether there is a ledger already. */
    boolean isNoted() {
        return ledger != null;
    }

    /** The last ledger, brought up to date. */
    AgentLedger ledger() {
        AgentLedger now = AvroFiles.copy(ledger);
        Map<String, Long> reasons = new HashMap<>(ledger.getRejectedBy());
        long rejected = ledger.getRejected();
        for (Map.Entry<String, Long> one : rejectedBy.entrySet()) {
            long since = one.getValue() - rejectedInLedger.getOrDefault(one.getKey(), 0L);
            if (since > 0) {
                reasons.merge(one.getKey(), since, Long::sum);
                rejected += since;
            }
        }
        List<AckedLog> logs = new ArrayList<>(ledger.getLogs());
        logs.addAll(logsSince);
        now.put("logs", logs);
        now.put("acked", ledger.getAcked() + acked - ledger.getReplayed());
        now.put("replayed", acked);
        now.put("spooled", spooled);
        now.put("evicted", evicted);
        now.put("spoolFailed", failed);
        now.put("rejected", rejected);
        now.put("rejectedBy", reasons);
        return now;
    }
}
