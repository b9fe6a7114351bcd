package io.skbstream.example.ledger;

import io.skbstream.avro.AgentLedger;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** The ways in which an agent can lose an event, by the names that rows have for them. */
public final class Losses {
    private static final Map<String, ToLongFunction<AgentLedger>> CAUSES = Map.of(
            "ring_full", AgentLedger::getRingFull,
            "evicted", AgentLedger::getEvicted,
            "rejected", AgentLedger::getRejected,
            "spool_failed", AgentLedger::getSpoolFailed,
            "abandoned", AgentLedger::getAbandoned);

    private Losses() {}

    /** Events lost since the begin of the ledgers' sessions, by cause: every cause is there, with 0 too, in order of name. */
    public static Map<String, Long> byCause(Collection<AgentLedger> ledgers) {
        Map<String, Long> byCause = new TreeMap<>();
        CAUSES.forEach((cause, count) ->
                byCause.put(cause, ledgers.stream().mapToLong(count).sum()));
        return byCause;
    }
}
