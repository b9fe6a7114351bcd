package io.skbstream.producer.audit;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.schemas.EventId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** All that was read, by session. One thread. */
final class Evidence {

    /** A host's clock may be set back a little between two sessions. */
    private static final Duration CLOCK_STEP = Duration.ofSeconds(1);

    private final TreeMap<SessionId, Tally> tallies = new TreeMap<>();
    private final Map<SessionId, LastWord> lastWords = new HashMap<>();
    private SessionId current;
    private Tally currentTally;

    /** A ledger, and where it was read. */
    private record LastWord(AgentLedger ledger, int partition, long offset) {

        /** By what Kafka keeps, not by the host's clock, which may have been set back; an end is never taken back. */
        private boolean isAfter(LastWord other) {
            if (hasEnded() != other.hasEnded()) {
                return hasEnded();
            }
            if (partition == other.partition) {
                return offset > other.offset;
            }
            return ledger.getTime().isAfter(other.ledger.getTime()); // partitions were added, so keys moved
        }

        private boolean hasEnded() {
            return ledger.getState() == SessionState.STOPPED || ledger.getState() == SessionState.KILLED;
        }
    }

    /** One record of the topic. */
    void add(EventId event) {
        // Neighbours are mostly of one session.
        if (current == null
                || current.session() != event.session()
                || !current.host().equals(event.host())) {
            current = new SessionId(event.host(), event.session());
            currentTally = tallies.computeIfAbsent(current, first -> new Tally());
        }
        currentTally.add(event.cpu(), event.seq());
    }

    /** One ledger, in any order. */
    void add(AgentLedger ledger, int partition, long offset) {
        SessionId id = new SessionId(ledger.getHost(), ledger.getSession());
        LastWord word = new LastWord(ledger, partition, offset);
        lastWords.merge(id, word, (known, read) -> read.isAfter(known) ? read : known);
    }

    /**
     * Every session that has records in the topic, or whose ledger says that it belongs there; by host and start.
     *
     * @param ledgersEnd when the topic of ledgers had the end to which it was read
     * @param eventsEnd the same of the topic of events
     */
    List<SessionReport> judge(TopicNow topic, Instant ledgersEnd, Instant eventsEnd) {
        TreeSet<SessionId> known = new TreeSet<>(tallies.keySet());
        known.addAll(lastWords.keySet());
        Judge judge = new Judge(topic, ledgersEnd, eventsEnd);
        List<SessionReport> reports = new ArrayList<>();
        for (SessionId id : known) {
            Tally tally = tallies.get(id);
            LastWord word = lastWords.get(id);
            if (word == null) {
                reports.add(judge.judge(id, tally));
            } else if (tally != null || word.ledger().getTopic().equals(topic.name())) {
                SessionId next = known.higher(id);
                boolean followed = next != null && next.host().equals(id.host());
                reports.add(judge.judge(word.ledger(), tally == null ? new Tally() : tally, followed));
            }
        }
        noteOverlaps(reports);
        return reports;
    }

    /**
     * Notes at each session that another one of its host name ran at the same time: these are two agents, of which a job makes
     * one host. Of several others it names the one that began first.
     *
     * @param reports by host and start
     */
    private static void noteOverlaps(List<SessionReport> reports) {
        List<Ran> ofHost = new ArrayList<>();
        String host = null;
        for (int i = 0; i < reports.size(); i++) {
            SessionReport report = reports.get(i);
            if (!report.id().host().equals(host)) {
                noteOverlapsOfHost(ofHost, reports);
                ofHost.clear();
                host = report.id().host();
            }
            Ran ran = new Ran(
                    i,
                    report.id().start(),
                    report.ledger().map(AgentLedger::getTime).orElse(Instant.MIN));
            if (ran.isLongerThanAClockStep()) {
                ofHost.add(ran);
            }
        }
        noteOverlapsOfHost(ofHost, reports);
    }

    /**
     * Passes once over the sessions: one that ended before another began also ended before all that began later.
     *
     * @param rans by start
     */
    private static void noteOverlapsOfHost(List<Ran> rans, List<SessionReport> reports) {
        int earliest = 0;
        for (int i = 0; i < rans.size(); i++) {
            Ran ran = rans.get(i);
            while (earliest < i && !rans.get(earliest).overlaps(ran)) {
                earliest++;
            }
            int other = earliest < i ? earliest : i + 1;
            if (other < rans.size() && rans.get(other).overlaps(ran)) {
                reports.set(ran.report(), withOverlap(ran, rans.get(other), reports));
            }
        }
    }

    private static SessionReport withOverlap(Ran ran, Ran other, List<SessionReport> reports) {
        SessionId id = reports.get(other.report()).id();
        return reports.get(ran.report())
                .noting(
                        "another agent ran as host %s at the same time, session %d, for %,d s or more by their clocks: whatever counts by host counts both as one; give each its own --host"
                                .formatted(
                                        id.host(),
                                        id.session(),
                                        ran.overlap(other).toSeconds()));
    }

    /**
     * A session from its start to its last ledger: for so long it is known to have run.
     *
     * @param report its place among the reports
     */
    private record Ran(int report, Instant start, Instant seen) {

        boolean isLongerThanAClockStep() {
            return overlaps(this);
        }

        boolean overlaps(Ran other) {
            return overlap(other).compareTo(CLOCK_STEP) > 0;
        }

        Duration overlap(Ran other) {
            Instant began = start.isAfter(other.start) ? start : other.start;
            return Duration.between(began, seen.isBefore(other.seen) ? seen : other.seen);
        }
    }
}
