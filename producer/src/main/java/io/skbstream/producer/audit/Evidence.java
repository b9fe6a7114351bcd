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
     * @param ledgersRead when the topic of ledgers was read to its end
     */
    List<SessionReport> judge(TopicNow topic, Instant ledgersRead) {
        TreeSet<SessionId> known = new TreeSet<>(tallies.keySet());
        known.addAll(lastWords.keySet());
        Judge judge = new Judge(topic, ledgersRead);
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
        return reports.stream().map(report -> withOverlap(report, reports)).toList();
    }

    /** Two sessions of one host name that ran at the same time are two agents, of which a job makes one host. */
    private static SessionReport withOverlap(SessionReport report, List<SessionReport> all) {
        return all.stream()
                .filter(other -> !other.id().equals(report.id())
                        && overlap(report, other).compareTo(CLOCK_STEP) > 0)
                .findFirst()
                .map(other -> report.noting(
                        "another agent ran as host %s at the same time, session %d, for %,d s or more by their clocks: whatever counts by host counts both as one; give each its own --host"
                                .formatted(
                                        other.id().host(),
                                        other.id().session(),
                                        overlap(report, other).toSeconds())))
                .orElse(report);
    }

    /** For how long both are known to have run. */
    private static Duration overlap(SessionReport one, SessionReport other) {
        if (!one.id().host().equals(other.id().host())
                || one.ledger().isEmpty()
                || other.ledger().isEmpty()) {
            return Duration.ZERO;
        }
        Instant oneSeen = one.ledger().get().getTime();
        Instant otherSeen = other.ledger().get().getTime();
        Instant began = one.id().session() > other.id().session()
                ? one.id().start()
                : other.id().start();
        return Duration.between(began, oneSeen.isBefore(otherSeen) ? oneSeen : otherSeen);
    }
}
