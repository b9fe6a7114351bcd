package io.skbstream.chaos.account;

import io.skbstream.avro.AgentLedger;
import io.skbstream.chaos.kafka.SessionRecords;
import io.skbstream.chaos.process.AgentLife;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * All that is known after a run; immutable.
 *
 * @param netns inode of the network namespace that the agents were to capture
 * @param lives the agents, oldest first
 * @param audit what the audit says, by session
 * @param auditExit its exit code
 * @param records what the topic of events holds, read without the audit
 * @param ledgers the last word of each session in the topic of ledgers, likewise
 * @param logsWereLost whether the topics were deleted in between, by a fault, so that sessions of before may be unknown
 * @param diskFailed whether the spool's disk failed in between, so that an agent may have had nobody to leave its last word to
 */
public record Evidence(
        long netns,
        List<AgentLife> lives,
        Map<Long, AuditLine> audit,
        int auditExit,
        Map<Long, SessionRecords> records,
        Map<Long, AgentLedger> ledgers,
        boolean logsWereLost,
        boolean diskFailed) {

    /** Records in the topic that are there twice, or more often. */
    public long duplicates() {
        return records.values().stream().mapToLong(SessionRecords::duplicates).sum();
    }

    /** Different events in the topic. */
    public long distinct() {
        return records.values().stream().mapToLong(SessionRecords::distinct).sum();
    }

    /** Sum of a count over the last words of all sessions. */
    public long total(ToLongFunction<AgentLedger> count) {
        return ledgers.values().stream().mapToLong(count).sum();
    }

    /** The longest time that capture had nowhere to put events, of those agents that could say so. */
    public double longestBlockMs() {
        return lives.stream()
                .flatMap(life -> life.ledger().stream())
                .mapToDouble(line -> LedgerLine.parse(line).longestBlockMs())
                .max()
                .orElse(0);
    }
}
