package io.skbstream.chaos.cluster;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.chaos.account.Verdict;
import io.skbstream.chaos.kafka.WindowCounts.Counts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/** Holds a job's rows of one host against what the topic of its events holds. */
final class JobRows {

    private JobRows() {}

    /**
     * Says what does not agree.
     *
     * @param rows the last one of each window
     * @param topic what the topic holds of each window
     * @param agents how many ran at the end, at the same time
     */
    static List<String> check(SortedMap<Instant, LoopbackByHost> rows, Map<Instant, Counts> topic, int agents) {
        Verdict verdict = new Verdict();
        Set<Instant> windows = new TreeSet<>(rows.keySet());
        windows.addAll(topic.keySet());
        for (Instant start : windows) {
            LoopbackByHost row = rows.get(start);
            Counts counts = topic.get(start);
            if (row == null || counts == null) {
                verdict.expect(
                        false, "window %s: %s", start, row == null ? "there is no row" : "the topic has no events");
                continue;
            }
            String who = "window " + start + ": ";
            verdict.same(who + "events by the row, and different ones in the topic", row.getEvents(), counts.events());
            verdict.same(who + "missing by the row, and in the topic", row.getMissing(), counts.missing());
            verdict.same(who + "duplicates by the row, and in the topic", row.getDuplicates(), counts.duplicates());
            verdict.same(who + "late by the row, and 0", row.getLate(), 0);
            verdict.expect(!row.getPartial(), "%sthe row is partial", who);
            verdict.expect(row.getAgents() <= agents, "%s%d agents by the row, of %d", who, row.getAgents(), agents);
        }
        if (agents > 1) {
            verdict.expect(seesAgents(rows, agents), "no row says that there are %d agents", agents);
        }
        return verdict.failures();
    }

    /** Whether a row says that so many agents run. */
    static boolean seesAgents(SortedMap<Instant, LoopbackByHost> rows, int agents) {
        return rows.values().stream().anyMatch(row -> row.getAgents() == agents);
    }
}
