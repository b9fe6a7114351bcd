package io.skbstream.demo.part;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;

/**
 * The agent's last word: the account of one session.
 *
 * @param json the line as the agent printed it
 * @param agentExitCode of the agent
 * @param lost events that Kafka will never have: ring full, evicted, rejected, not spooled, or abandoned
 * @param spooled events that wait on disk
 */
public record Ledger(
        String json,
        int agentExitCode,
        long hits,
        long captured,
        long acked,
        long spooled,
        long lost,
        long unaccounted) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws PartException if the line is no ledger */
    static Ledger parse(String line, int agentExitCode) {
        try {
            JsonNode counts = JSON.readTree(line);
            return new Ledger(
                    line,
                    agentExitCode,
                    count(counts, "hits"),
                    count(counts, "captured"),
                    count(counts, "acked"),
                    count(counts, "spooled"),
                    count(counts, "ring_full")
                            + count(counts, "evicted")
                            + count(counts, "rejected")
                            + count(counts, "spool_failed")
                            + count(counts, "abandoned"),
                    count(counts, "unaccounted"));
        } catch (JsonProcessingException e) {
            throw new PartException("the agent's last line is no JSON: " + line, e);
        }
    }

    private static long count(JsonNode counts, String name) {
        JsonNode count = counts.path(name);
        if (!count.isIntegralNumber()) {
            throw new PartException("the agent's ledger has no count " + name + ": " + counts);
        }
        return count.longValue();
    }

    /** Whether the agent left well and every hit has a name. */
    public boolean balances() {
        return agentExitCode == 0 && unaccounted == 0;
    }

    /** The same in one sentence. */
    public String sentence() {
        String counts = String.format(
                Locale.ROOT,
                "%,d captured, %,d acked, %,d spooled, %,d lost, %,d unaccounted",
                captured,
                acked,
                spooled,
                lost,
                unaccounted);
        return unaccounted == 0
                ? String.format(Locale.ROOT, "every one of %,d hits is accounted for: %s", hits, counts)
                : String.format(Locale.ROOT, "the account of %,d hits does not balance: %s", hits, counts);
    }
}
