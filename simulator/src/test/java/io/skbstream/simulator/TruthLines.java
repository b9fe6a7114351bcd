package io.skbstream.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skbstream.simulator.Oracle.SessionId;
import io.skbstream.simulator.Oracle.Window;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The truth, read back from its lines. */
public final class TruthLines {
    /** A session's line: its counts, and the losses by cause. */
    public record Session(
            String state, long hits, long events, long duplicates, long trailing, Map<String, Long> lost) {}

    public final Map<Window, Map<String, Long>> windows = new HashMap<>();
    public final Map<SessionId, Session> sessions = new HashMap<>();
    public JsonNode total;

    public TruthLines(List<String> lines) {
        var json = new ObjectMapper();
        for (String line : lines) {
            JsonNode node;
            try {
                node = json.readTree(line);
            } catch (IOException e) {
                throw new UncheckedIOException(line, e);
            }
            String host = node.path("host").asText();
            switch (node.get("kind").asText()) {
                case "window" ->
                    windows.put(new Window(host, node.get("window_start_ms").asLong()), countsOf(node, "window_"));
                case "session" ->
                    sessions.put(
                            new SessionId(host, node.get("session").asLong()),
                            new Session(
                                    node.get("state").asText(),
                                    node.get("hits").asLong(),
                                    node.get("events").asLong(),
                                    node.get("duplicates").asLong(),
                                    node.get("trailing").asLong(),
                                    countsOf(node.get("lost"), "nothing")));
                case "total" -> total = node;
                default -> throw new IllegalArgumentException(line);
            }
        }
    }

    /** The numbers but for those whose name begins so, and zeros. */
    private static Map<String, Long> countsOf(JsonNode node, String butFor) {
        Map<String, Long> counts = new HashMap<>();
        node.properties().forEach(field -> {
            if (field.getValue().isNumber()
                    && !field.getKey().startsWith(butFor)
                    && field.getValue().asLong() != 0) {
                counts.put(field.getKey(), field.getValue().asLong());
            }
        });
        return counts;
    }
}
