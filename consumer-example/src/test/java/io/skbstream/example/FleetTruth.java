package io.skbstream.example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skbstream.avro.LoopbackByHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the job's rows must be, by the truth file of a simulated fleet (docs/simulate.md). */
final class FleetTruth {
    /** Begin in ms since the Unix epoch. */
    record Window(String host, long startMs) {
        static Window of(LoopbackByHost row) {
            return new Window(row.getHost(), row.getWindowStart().toEpochMilli());
        }
    }

    /** The columns of a row that follow from the events alone. */
    record Sums(long packets, long bytes, long events, long missing, long duplicates, long late) {
        private static final Sums NOTHING = new Sums(0, 0, 0, 0, 0, 0);

        static Sums of(LoopbackByHost row) {
            return new Sums(
                    row.getPackets(),
                    row.getBytes(),
                    row.getEvents(),
                    row.getMissing(),
                    row.getDuplicates(),
                    row.getLate());
        }

        /** Of a reader for whom what is too late is no more than late, and whose number stays missing. */
        private static Sums of(JsonNode window) {
            return new Sums(
                    window.get("packets").asLong()
                            - window.get("too_late_packets").asLong(),
                    window.get("bytes").asLong() - window.get("too_late_bytes").asLong(),
                    window.get("events").asLong() - window.get("too_late").asLong(),
                    window.get("missing_in_time").asLong(),
                    window.get("duplicates").asLong(),
                    window.get("came_too_late").asLong());
        }
    }

    final Map<Window, Sums> windows = new HashMap<>();
    private final Map<String, JsonNode> lostBySession = new HashMap<>();
    private JsonNode total;

    FleetTruth(List<String> lines) {
        var json = new ObjectMapper();
        for (String line : lines) {
            try {
                take(json.readTree(line));
            } catch (IOException e) {
                throw new UncheckedIOException(line, e);
            }
        }
        windows.values().removeIf(Sums.NOTHING::equals); // of which all events were too late
    }

    private void take(JsonNode line) {
        String host = line.path("host").asText();
        switch (line.get("kind").asText()) {
            case "window" ->
                windows.put(new Window(host, line.get("window_start_ms").asLong()), Sums.of(line));
            case "session" -> lostBySession.put(host + '/' + line.get("session").asLong(), line.get("lost"));
            case "total" -> total = line;
            default -> throw new IllegalArgumentException(line.toString());
        }
    }

    /** What the final ledgers of the row's sessions say, by cause; null where it has none, as in a row of nothing but late events. */
    Map<String, Long> lost(LoopbackByHost row) {
        Map<String, Long> byCause = new HashMap<>();
        for (long session : row.getSessions()) {
            lostBySession
                    .get(row.getHost() + '/' + session)
                    .properties()
                    .forEach(cause ->
                            byCause.merge(cause.getKey(), cause.getValue().asLong(), Long::sum));
        }
        byCause.remove("killed"); // in no count of any ledger
        return byCause.isEmpty() ? null : byCause;
    }

    /** A sum over the whole run. */
    long total(String what) {
        return total.get(what).asLong();
    }
}
