package io.skbstream.demo.part;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Sums over all hosts and windows: the simulator's truth, or what a job has found.
 *
 * @param records in the topic
 * @param events different ones, of every device
 * @param packets those of {@code lo}
 * @param bytes the sum of their len
 * @param duplicates records of an event beyond its first
 * @param missing numbers that were never sent, and that a higher one follows
 */
public record FleetTotals(long records, long events, long packets, long bytes, long duplicates, long missing) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws PartException if the line is not that of the simulator's totals */
    static FleetTotals parse(String line) {
        try {
            JsonNode total = JSON.readTree(line);
            return new FleetTotals(
                    count(total, "records"),
                    count(total, "events"),
                    count(total, "packets"),
                    count(total, "bytes"),
                    count(total, "duplicates"),
                    count(total, "missing"));
        } catch (JsonProcessingException e) {
            throw new PartException("the simulator's last line is no JSON: " + line, e);
        }
    }

    private static long count(JsonNode total, String name) {
        JsonNode count = total.path(name);
        if (!count.isIntegralNumber()) {
            throw new PartException("the simulator's totals have no count " + name + ": " + total);
        }
        return count.longValue();
    }
}
