package io.skbstream.demo.part;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The agent's last word: the account of one session.
 *
 * @param json the line as the agent printed it
 * @param agentExitCode of the agent
 * @param lost events that Kafka will never have: ring full, evicted, rejected, not spooled, or abandoned
 * @param spooled events that wait on disk
 * @param notEnded threads that the agent had to end without, comma-separated; mostly none
 */
public record Ledger(
        String json,
        int agentExitCode,
        long hits,
        long captured,
        long acked,
        long spooled,
        long lost,
        long unaccounted,
        String notEnded) {
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
                    count(counts, "unaccounted"),
                    StreamSupport.stream(counts.path("not_ended").spliterator(), false)
                            .map(JsonNode::asText)
                            .collect(Collectors.joining(", ")));
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
        String exit = agentExitCode == 0 ? "" : "; the agent ended with exit code " + agentExitCode;
        if (unaccounted == 0) {
            return String.format(Locale.ROOT, "every one of %,d hits is accounted for: %s%s", hits, counts, exit);
        }
        return notEnded.isEmpty()
                ? String.format(Locale.ROOT, "the account of %,d hits does not balance: %s%s", hits, counts, exit)
                : String.format(
                        Locale.ROOT,
                        "the account of %,d hits is not final, since the agent had to end before its threads did (%s): %s%s",
                        hits,
                        notEnded,
                        counts,
                        exit);
    }
}
