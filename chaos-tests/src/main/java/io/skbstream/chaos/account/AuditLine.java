package io.skbstream.chaos.account;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skbstream.chaos.process.ChaosException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * What {@code skbstream audit --json} says of one session; immutable.
 *
 * @param ledger the counts of its last word, by name; empty if there is none
 * @param state of that word: STOPPED, KILLED, RUNNING, or empty
 * @param causes of what is missing, by name
 * @param problems what the audit calls impossible
 * @param notes what else it says
 */
public record AuditLine(
        long session,
        String state,
        Map<String, Long> ledger,
        long records,
        long distinct,
        long duplicates,
        long expected,
        long missing,
        Map<String, Long> causes,
        long unexplained,
        String verdict,
        List<String> problems,
        List<String> notes) {

    /** All sessions of an audit's output. */
    public static List<AuditLine> parse(String output) {
        return output.lines()
                .filter(line -> line.startsWith("{"))
                .map(AuditLine::parseLine)
                .toList();
    }

    private static AuditLine parseLine(String text) {
        JsonNode line;
        try {
            line = new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new ChaosException("the audit's line is no JSON: " + text, e);
        }
        return new AuditLine(
                line.required("session").asLong(),
                line.path("ledger").path("state").asText(),
                counts(line.path("ledger")),
                line.required("records").asLong(),
                line.required("distinct").asLong(),
                line.required("duplicates").asLong(),
                line.required("expected").asLong(),
                line.required("missing").asLong(),
                counts(line.required("causes")),
                line.required("unexplained").asLong(),
                line.required("verdict").asText(),
                texts(line.path("problems")),
                texts(line.path("notes")));
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static Map<String, Long> counts(JsonNode node) {
        Map<String, Long> counts = new TreeMap<>();
        node.properties().forEach(field -> {
            if (field.getValue().isIntegralNumber()) {
                counts.put(field.getKey(), field.getValue().asLong());
            }
        });
        return counts;
    }

    /** One cause's share of what is missing. */
    public long cause(String name) {
        return causes.getOrDefault(name, 0L);
    }
}
