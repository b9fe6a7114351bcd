package io.skbstream.producer.audit;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.CpuSequence;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.audit.SessionReport.Account;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * From a session's last ledger and the numbers found in the topic to what is missing and why. Immutable; knows nothing of how
 * either was read. The rules are told in docs/audit.md.
 */
final class Judge {

    /** A running agent's ledger is this young, or the agent is late; it writes one every 10 s. The same ahead is a wrong clock. */
    private static final Duration FRESH = Duration.ofSeconds(30);

    /** Silent for longer, and followed by another session of its host: it was killed. */
    private static final Duration SILENT = Duration.ofSeconds(60);

    /** An agent sends its first ledger as soon as it sends events. */
    private static final Duration YOUNG = Duration.ofSeconds(10);

    private final TopicNow topic;
    private final Instant ledgersEnd;
    private final Instant eventsEnd;

    /**
     * @param ledgersEnd when the topic of ledgers had the end to which it was read: how old a ledger was then says whether its agent
     *     runs
     * @param eventsEnd the same of the topic of events, which is read later: a session that began in between has no ledger here
     */
    Judge(TopicNow topic, Instant ledgersEnd, Instant eventsEnd) {
        this.topic = topic;
        this.ledgersEnd = ledgersEnd;
        this.eventsEnd = eventsEnd;
    }

    /** For a session that only its records are known of. */
    SessionReport judge(SessionId id, Tally tally) {
        long expected = tally.cpus().stream().mapToLong(tally::next).sum();
        long distinct = tally.distinct();
        Map<Cause, Long> causes = new EnumMap<>(Cause.class);
        if (expected > distinct) {
            causes.put(topic.compacted() ? Cause.COMPACTED : Cause.UNEXPLAINED, expected - distinct);
        }
        boolean isAhead = !id.start().isBefore(eventsEnd.plus(YOUNG));
        boolean isYoung = !isAhead && id.start().isAfter(ledgersEnd.minus(YOUNG));
        List<String> notes = new ArrayList<>();
        notes.add(
                isYoung
                        ? "no ledger yet: the session has just begun"
                        : "no ledger: only gaps between its records can be seen, not what the kernel counted; the agent's log"
                                + " says whether Kafka refuses its ledgers");
        if (isAhead) {
            notes.add("it began %,d s ahead of this machine's clock: set the clocks right"
                    .formatted(Duration.between(eventsEnd, id.start()).toSeconds()));
        }
        return new SessionReport(
                id,
                Optional.empty(),
                isYoung ? Account.GIVEN : Account.NONE,
                tally.records(),
                distinct,
                expected,
                causes,
                List.of(),
                notes);
    }

    /** @param followed whether a later session of the same host is known */
    SessionReport judge(AgentLedger ledger, Tally tally, boolean followed) {
        Map<Integer, Long> given = given(ledger);
        Set<Integer> cpus = new HashSet<>(given.keySet());
        cpus.addAll(tally.cpus());
        long expected = cpus.stream()
                .mapToLong(cpu -> Math.max(given.getOrDefault(cpu, 0L), tally.next(cpu)))
                .sum();
        long distinct = tally.distinct();
        boolean stopped = ledger.getState() == SessionState.STOPPED;
        boolean killed = ledger.getState() == SessionState.KILLED || isPresumedKilled(ledger, followed);
        boolean running = !stopped && !killed && age(ledger).abs().compareTo(FRESH) < 0;
        boolean settled = stopped || running || ledger.getState() == SessionState.KILLED;
        Expired expired = Expired.of(ledger, topic);

        // What Kafka acknowledged is in the topic, or has left it. Only after an orderly end is no event acknowledged
        // twice.
        long here = stopped ? distinct : tally.records();
        long lacking = Math.max(0, ledger.getAcked() - here - expired.topicGone() - expired.retention());
        long compacted = topic.compacted() ? lacking : 0;
        lacking -= compacted;
        List<String> problems = new ArrayList<>();
        if (stopped) {
            problems.addAll(imbalance(ledger));
        }
        if (stopped || ledger.getCountsFinal()) {
            problems.addAll(contradictions(ledger, given, tally));
        }
        if (lacking > 0) {
            problems.add("acknowledged, but not in the topic: %,d".formatted(lacking));
        }

        Charges charges = new Charges(expected - distinct);
        charges.charge(Cause.UNEXPLAINED, lacking);
        charges.charge(Cause.COMPACTED, compacted);
        charges.charge(Cause.RING_FULL, ledger.getRingFull());
        charges.charge(Cause.EVICTED, ledger.getEvicted());
        charges.charge(Cause.REJECTED, ledger.getRejected());
        charges.charge(Cause.SPOOL_FAILED, ledger.getSpoolFailed());
        charges.charge(Cause.ABANDONED, ledger.getAbandoned());
        charges.charge(Cause.SPOOLED, ledger.getSpooled());
        if (running) {
            charges.charge(Cause.IN_FLIGHT, ledger.getInFlight());
        }
        charges.charge(Cause.TOPIC_GONE, expired.topicGone());
        charges.charge(Cause.RETENTION, expired.retention());
        Cause rest = stopped ? Cause.UNEXPLAINED : killed ? Cause.KILLED : running ? Cause.UNDER_WAY : Cause.UNSETTLED;
        charges.chargeRest(rest);
        List<String> notes = notes(ledger, killed);
        if (!stopped && !killed && !running) {
            notes.add(0, silence(ledger, charges.byCause()));
        }

        return new SessionReport(
                new SessionId(ledger.getHost(), ledger.getSession()),
                Optional.of(ledger),
                settled ? Account.GIVEN : Account.OPEN,
                tally.records(),
                distinct,
                expected,
                charges.byCause(),
                problems,
                notes);
    }

    private boolean isPresumedKilled(AgentLedger ledger, boolean followed) {
        return ledger.getState() != SessionState.STOPPED
                && followed
                && age(ledger).compareTo(SILENT) > 0;
    }

    private Duration age(AgentLedger ledger) {
        return Duration.between(ledger.getTime(), ledgersEnd);
    }

    /** What can be said of an agent that neither ended in order nor is known to have been killed. */
    private String silence(AgentLedger ledger, Map<Cause, Long> causes) {
        String silent = age(ledger).isNegative()
                ? "its last ledger is %,d s ahead of this machine's clock, so that nothing tells whether its agent runs: set the clocks right"
                        .formatted(age(ledger).abs().toSeconds())
                : "silent for %,d s, although a running agent writes its ledger every 10 s"
                        .formatted(age(ledger).toSeconds());
        long unsettled = causes.getOrDefault(Cause.UNSETTLED, 0L);
        long spooled = causes.getOrDefault(Cause.SPOOLED, 0L);
        if (unsettled + spooled == 0) {
            return silent
                    + "; %s: its next ledger, or its next start on the same spool folder, settles that"
                            .formatted(uncounted(ledger));
        }
        return silent
                + ("; if it was killed, at most %,d events went with it, beside what came after its last ledger, of %s, and %,d wait"
                                + " on its disk: its next start on the same spool folder settles all that")
                        .formatted(unsettled, seconds(ledger.getTime()), spooled);
    }

    private static String uncounted(AgentLedger ledger) {
        return "what came after its last ledger, of %s, is in no count".formatted(seconds(ledger.getTime()));
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    private List<String> notes(AgentLedger ledger, boolean killed) {
        List<String> notes = new ArrayList<>();
        if (killed && ledger.getState() != SessionState.KILLED) {
            notes.add("taken for killed: silent for %,d s, and its host has a later session"
                    .formatted(age(ledger).toSeconds()));
            notes.add(uncounted(ledger) + ": a start on the same spool folder settles that");
        } else if (killed && !ledger.getCountsFinal()) {
            notes.add("what the kernel saw between the agent's last look and its end is in no count");
        }
        long skipped = orZero(ledger.getRecursionMisses()) + orZero(ledger.getNmissed());
        if (skipped > 0) {
            notes.add("the kernel skipped its hook for %,d packets; they are not among the hits".formatted(skipped));
        }
        if (!ledger.getTopic().equals(topic.name())) {
            notes.add("its agent wrote to the topic " + ledger.getTopic() + "; this one is taken for a copy");
        }
        return notes;
    }

    /** What cannot be so after an orderly end. */
    private static List<String> imbalance(AgentLedger ledger) {
        long decided = ledger.getAcked()
                + ledger.getSpooled()
                + ledger.getEvicted()
                + ledger.getRejected()
                + ledger.getSpoolFailed()
                + ledger.getAbandoned()
                + ledger.getInFlight();
        long off = Math.abs(sent(ledger) - ledger.getRingFull() - ledger.getCaptured())
                + Math.abs(ledger.getCaptured() - decided);
        return off == 0 ? List.of() : List.of("the ledger does not balance by %,d".formatted(off));
    }

    /** What cannot be so once the kernel has counted to the end. */
    private static List<String> contradictions(AgentLedger ledger, Map<Integer, Long> given, Tally tally) {
        List<String> found = new ArrayList<>();
        long sent = sent(ledger);
        long numbered = given.values().stream().mapToLong(Long::longValue).sum();
        if (numbered != sent) {
            found.add("the ledger has %,d numbers given for %,d hits that were to be sent".formatted(numbered, sent));
        }
        tally.cpus().stream()
                .filter(cpu -> tally.next(cpu) > given.getOrDefault(cpu, 0L))
                .forEach(cpu -> found.add("CPU %d: number %,d is in the topic, of %,d that the ledger has given"
                        .formatted(cpu, tally.next(cpu) - 1, given.getOrDefault(cpu, 0L))));
        return found;
    }

    /** Hits that were to be sent. */
    private static long sent(AgentLedger ledger) {
        return ledger.getHits() - ledger.getFiltered() - ledger.getSampledOut() - ledger.getRateLimited();
    }

    private static Map<Integer, Long> given(AgentLedger ledger) {
        Map<Integer, Long> given = new HashMap<>();
        for (CpuSequence sequence : ledger.getSequences()) {
            given.put(sequence.getCpu(), sequence.getNext());
        }
        return given;
    }

    private static long orZero(Long count) {
        return count == null ? 0 : count;
    }

    /** Divides what is missing among causes: none is charged with more than its count, nor all with more than is missing. */
    private static final class Charges {
        private final Map<Cause, Long> byCause = new EnumMap<>(Cause.class);
        private long left;

        private Charges(long missing) {
            left = missing;
        }

        private void charge(Cause cause, long count) {
            long charged = Math.min(count, left);
            if (charged > 0) {
                byCause.merge(cause, charged, Long::sum);
                left -= charged;
            }
        }

        private void chargeRest(Cause cause) {
            charge(cause, left);
        }

        private Map<Cause, Long> byCause() {
            return byCause;
        }
    }
}
