package io.skbstream.chaos.account;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.chaos.kafka.SessionRecords;
import io.skbstream.chaos.process.AgentLife;
import io.skbstream.chaos.process.AgentLife.End;
import io.skbstream.chaos.traffic.DeviceTotals;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/** Holds the agents' ledgers, the audit, the topics and the kernel's own counters against each other. */
public final class Checks {

    /** What must show: capture is never blocked for longer, while the CPU is free. */
    public static final double MOST_BLOCKED_MS = 10;

    private static final Set<String> NOTHING_UNEXPLAINED = Set.of("COMPLETE", "LOSS_ACCOUNTED");

    /** Causes that the ledger counts under the same name. */
    private static final Map<String, ToLongFunction<AgentLedger>> COUNTED_CAUSES = Map.of(
            "ring_full", AgentLedger::getRingFull,
            "evicted", AgentLedger::getEvicted,
            "rejected", AgentLedger::getRejected,
            "spool_failed", AgentLedger::getSpoolFailed,
            "abandoned", AgentLedger::getAbandoned,
            "spooled", AgentLedger::getSpooled,
            "in_flight", AgentLedger::getInFlight);

    private final Evidence evidence;
    private final Verdict verdict = new Verdict();

    private Checks(Evidence evidence) {
        this.evidence = evidence;
    }

    /** What does not hold; empty if all does. */
    public static List<String> of(Evidence evidence) {
        Checks checks = new Checks(evidence);
        evidence.lives().forEach(checks::checkLife);
        evidence.audit().values().forEach(checks::checkAudit);
        checks.checkSessions();
        return checks.verdict.failures();
    }

    /** The agent's own word against the kernel's counters on lo. */
    private void checkLife(AgentLife life) {
        if (life.end() == End.KILLED) {
            return; // it had no last word
        }
        if (life.ledger().isEmpty()) {
            verdict.expect(
                    false, "session %d gave no ledger, exit code %d:%s", life.session(), life.exitCode(), life.tail());
            return;
        }
        LedgerLine ledger = LedgerLine.parse(life.ledger().get());
        String who = "session " + life.session();
        verdict.same(who + ": unaccounted by the agent's ledger", ledger.count("unaccounted"), 0);
        verdict.same(who + ": in flight after the end", ledger.count("in_flight"), 0);
        DeviceTotals hits = ledger.totalsOf(evidence.netns());
        within(
                who + ": packets",
                life.atLeast().packets(),
                hits.packets(),
                life.atMost().packets());
        within(
                who + ": bytes",
                life.atLeast().bytes(),
                hits.bytes(),
                life.atMost().bytes());
        verdict.same(
                who + ": hits that were not filtered, and packets",
                ledger.count("hits") - ledger.count("filtered"),
                hits.packets());
        verdict.expect(
                ledger.longestBlockMs() <= MOST_BLOCKED_MS,
                "%s: capture was blocked for %.1f ms",
                who,
                ledger.longestBlockMs());
        AgentLedger published = evidence.ledgers().get(life.session());
        if (published != null && (published.getState() == SessionState.STOPPED || !evidence.diskFailed())) {
            verdict.same(who + ": hits by stdout and topic", ledger.count("hits"), published.getHits());
            verdict.same(who + ": captured by stdout and topic", ledger.count("captured"), published.getCaptured());
        }
    }

    private void within(String what, long least, long found, long most) {
        if (least == most) {
            verdict.same(what + " by the agent and by /proc/net/dev", found, least);
        } else {
            verdict.expect(
                    least <= found && found <= most,
                    "%s: %,d by the agent, %,d to %,d by /proc/net/dev",
                    what,
                    found,
                    least,
                    most);
        }
    }

    /** The audit against the ledger in the topic, and against a count of its own kind. */
    private void checkAudit(AuditLine line) {
        String who = "session " + line.session();
        verdict.expect(
                NOTHING_UNEXPLAINED.contains(line.verdict()) || isKilledWithoutLoss(line),
                "%s: verdict %s, missing %s, problems %s",
                who,
                line.verdict(),
                line.causes(),
                line.problems());
        SessionRecords own = evidence.records().getOrDefault(line.session(), new SessionRecords());
        verdict.same(who + ": records by the audit and by reading", line.records(), own.records());
        verdict.same(who + ": distinct by the audit and by reading", line.distinct(), own.distinct());
        verdict.same(
                who + ": distinct + missing, and numbers given", line.distinct() + line.missing(), line.expected());
        verdict.same(
                who + ": missing, and the sum of its causes",
                line.missing(),
                line.causes().values().stream().mapToLong(Long::longValue).sum());
        AgentLedger ledger = evidence.ledgers().get(line.session());
        if (ledger != null) {
            checkAgainstLedger(who, line, ledger);
            checkOrder(who, own, ledger);
        }
    }

    /** Only what went by the spool may come twice or behind later events. A client that is replaced gives back all it has to the spool. */
    private void checkOrder(String who, SessionRecords own, AgentLedger ledger) {
        long byTheSpool = ledger.getReplayed()
                + ledger.getSpooled()
                + ledger.getEvicted()
                + ledger.getSpoolFailed()
                + ledger.getRejected()
                + ledger.getAbandoned();
        verdict.expect(
                own.repeated() <= byTheSpool,
                "%s: %,d events came more than once, but only %,d went by the spool",
                who,
                own.repeated(),
                byTheSpool);
        verdict.expect(
                own.outOfOrder() <= byTheSpool,
                "%s: %,d events are out of order, but only %,d went by the spool",
                who,
                own.outOfOrder(),
                byTheSpool);
    }

    /** Without its counters, which a spool disk that fails may cost, nobody can say that nothing is missing behind its last event. */
    private static boolean isKilledWithoutLoss(AuditLine line) {
        return line.verdict().equals("COMPLETE_SO_FAR") && line.state().equals("KILLED") && line.missing() == 0;
    }

    private void checkAgainstLedger(String who, AuditLine line, AgentLedger ledger) {
        verdict.same(who + ": hits by audit and ledger", line.ledger().getOrDefault("hits", 0L), ledger.getHits());
        verdict.same(who + ": acked by audit and ledger", line.ledger().getOrDefault("acked", 0L), ledger.getAcked());
        verdict.expect(ledger.getState() != SessionState.RUNNING, "%s: its last ledger says that it runs", who);
        if (ledger.getState() == SessionState.STOPPED) {
            verdict.same(
                    who + ": numbers given by audit and ledger",
                    line.expected(),
                    ledger.getRingFull() + ledger.getCaptured());
            // An event whose acknowledgement was lost is in the topic, and by the agent's count went another way as
            // well.
            long inTheTopicAllTheSame = Math.max(0, line.distinct() - ledger.getAcked());
            COUNTED_CAUSES.forEach((cause, count) -> verdict.expect(
                    line.cause(cause) <= count.applyAsLong(ledger)
                            && count.applyAsLong(ledger) - line.cause(cause) <= inTheTopicAllTheSame,
                    "%s: %s %,d by the audit, %,d by the ledger",
                    who,
                    cause,
                    line.cause(cause),
                    count.applyAsLong(ledger)));
        }
    }

    /** No session without an agent, and no agent without a session. */
    private void checkSessions() {
        Set<Long> lived = new TreeSet<>();
        evidence.lives().forEach(life -> lived.add(life.session()));
        verdict.expect(
                lived.containsAll(evidence.audit().keySet()),
                "sessions by the audit %s, by the agents %s",
                evidence.audit().keySet(),
                lived);
        if (!evidence.logsWereLost()) {
            verdict.expect(
                    evidence.audit().keySet().containsAll(lived),
                    "sessions by the agents %s, by the audit %s",
                    lived,
                    evidence.audit().keySet());
        }
        boolean anyLoss = evidence.audit().values().stream()
                .anyMatch(line -> line.verdict().equals("LOSS_ACCOUNTED"));
        verdict.same("exit code of the audit", evidence.auditExit(), anyLoss ? 3 : 0);
    }
}
