package io.skbstream.producer.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skbstream.producer.capture.DeviceCounts;
import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.ledger.Entry;
import io.skbstream.producer.ledger.Ledger;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The account of one session, once nothing moves any more; immutable.
 *
 * @param host the records' {@code host}
 * @param session the records' {@code session}
 * @param hook where hits were taken
 * @param ledger the counts
 * @param rejectedBy the rejected events by reason
 * @param recursionMisses runs of the program that the kernel skipped, not among the hits; empty where it does not count
 * @param kprobeMisses packets for which the kernel skipped the kprobe ({@code nmissed}), not among the hits either; empty for
 *     another hook and where it does not tell
 * @param unattributed hits of devices beyond those that the kernel side can tell apart; in no device's totals
 * @param devices exact totals of each device, whatever filters and sampling said
 */
public record FinalLedger(
        String host,
        long session,
        Hook hook,
        Ledger ledger,
        Map<String, Long> rejectedBy,
        OptionalLong recursionMisses,
        OptionalLong kprobeMisses,
        long unattributed,
        List<DeviceCounts> devices) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** By how much the account is off. Nothing may be in flight any more: an event that still is has no known fate. */
    public long unaccounted() {
        return ledger.unaccounted() + Math.abs(ledger.count(Entry.IN_FLIGHT));
    }

    /** Packets that are in no count, as far as the kernel tells: it ran neither kprobe nor program for them. */
    public long skipped() {
        return recursionMisses.orElse(0) + kprobeMisses.orElse(0);
    }

    /** One line of JSON, without its line end. */
    public String toJson(String version) {
        ObjectNode line = JSON.createObjectNode()
                .put("host", host)
                .put("session", session)
                .put("hook", hook.name())
                .put("kernel", Kernel.running().release())
                .put("version", version);
        for (Entry entry : Entry.values()) {
            line.put(entry.key(), ledger.count(entry));
        }
        line.put("recursion_misses", orNull(recursionMisses))
                .put("nmissed", orNull(kprobeMisses))
                .put("unaccounted", unaccounted())
                .put("unattributed", unattributed);
        if (!rejectedBy.isEmpty()) {
            line.putPOJO("rejected_by", rejectedBy);
        }
        var list = line.putArray("devices");
        for (DeviceCounts device : devices) {
            list.addObject()
                    .put("netns", device.netns())
                    .put("ifindex", device.ifindex())
                    .put("device", device.device())
                    .put("packets", device.packets())
                    .put("bytes", device.bytes());
        }
        return line.toString();
    }

    private static Long orNull(OptionalLong count) {
        return count.isPresent() ? count.getAsLong() : null;
    }
}
