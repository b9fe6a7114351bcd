package io.skbstream.chaos.account;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skbstream.chaos.process.ChaosException;
import io.skbstream.chaos.traffic.DeviceTotals;
import java.util.Map;
import java.util.TreeMap;

/** The agent's last word: the line of JSON on its stdout. Immutable. */
public final class LedgerLine {

    private final JsonNode line;

    private LedgerLine(JsonNode line) {
        this.line = line;
    }

    public static LedgerLine parse(String text) {
        try {
            return new LedgerLine(new ObjectMapper().readTree(text));
        } catch (JsonProcessingException e) {
            throw new ChaosException("the agent's ledger is no JSON: " + text, e);
        }
    }

    public long session() {
        return count("session");
    }

    /** A count by its name there: {@code ring_full}. */
    public long count(String name) {
        if (!line.hasNonNull(name)) {
            throw new ChaosException("the agent's ledger has no " + name + ": " + line);
        }
        return line.get(name).asLong();
    }

    /** Packets and bytes of one network namespace, by the kernel's counters per device. */
    public DeviceTotals totalsOf(long netns) {
        long packets = 0;
        long bytes = 0;
        for (JsonNode device : line.path("devices")) {
            if (device.path("netns").asLong() == netns) {
                packets += device.path("packets").asLong();
                bytes += device.path("bytes").asLong();
            }
        }
        return new DeviceTotals(packets, bytes);
    }

    /** How many numbers the session gave: one for each event that found room in the ring, and for each that did not. */
    public long numbersGiven() {
        return count("ring_full") + count("captured");
    }

    /** How long capture had nowhere to put events, at the longest, time that it waited for a CPU taken off. */
    public double longestBlockMs() {
        return line.path("capture_blocked_max_ms").asDouble();
    }

    /** Refused events by reason. */
    public Map<String, Long> rejectedBy() {
        Map<String, Long> reasons = new TreeMap<>();
        line.path("rejected_by")
                .properties()
                .forEach(
                        reason -> reasons.put(reason.getKey(), reason.getValue().asLong()));
        return reasons;
    }
}
