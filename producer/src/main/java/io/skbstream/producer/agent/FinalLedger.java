package io.skbstream.producer.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.DeviceTotal;
import io.skbstream.producer.ledger.Entry;
import io.skbstream.producer.ledger.Ledger;
import io.skbstream.producer.publish.LedgerTopic.Fate;
import java.time.Duration;
import java.util.List;

/**
 * The account of one session, once nothing moves any more; immutable.
 *
 * @param record the counts, with all that belongs to them, as they go to the topic
 * @param longestBlock how long capture had nowhere to put events, at the longest, while the CPUs were free
 * @param fate what became of the record on its way to the topic of ledgers
 * @param notEnded threads that the agent had to end without, so that the counts may not be final; mostly none
 */
public record FinalLedger(AgentLedger record, Duration longestBlock, Fate fate, List<String> notEnded) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The counts alone. */
    public Ledger ledger() {
        return Ledger.of(record);
    }

    /** By how much the account is off. Nothing may be in flight any more: an event that still is has no known fate. */
    public long unaccounted() {
        Ledger ledger = ledger();
        return ledger.unaccounted() + Math.abs(ledger.count(Entry.IN_FLIGHT));
    }

    /** Packets that are in no count, as far as the kernel tells: it ran neither kprobe nor program for them. */
    public long skipped() {
        return orZero(record.getRecursionMisses()) + orZero(record.getNmissed());
    }

    /** One line of JSON, without its line end. */
    public String toJson() {
        ObjectNode line = JSON.createObjectNode()
                .put("host", record.getHost())
                .put("session", record.getSession())
                .put("hook", record.getHook().name())
                .put("kernel", record.getKernel())
                .put("version", record.getVersion());
        Ledger ledger = ledger();
        for (Entry entry : Entry.values()) {
            line.put(entry.key(), ledger.count(entry));
        }
        line.put("replayed", record.getReplayed())
                .put("bytes", record.getBytes())
                .put("recursion_misses", record.getRecursionMisses())
                .put("nmissed", record.getNmissed())
                .put("unaccounted", unaccounted())
                .put("unattributed", record.getUnattributed())
                .put("unattributed_bytes", record.getUnattributedBytes())
                .put("capture_blocked_max_ms", Math.round(longestBlock.toNanos() / 1e4) / 1e2);
        if (!record.getRejectedBy().isEmpty()) {
            line.putPOJO("rejected_by", record.getRejectedBy());
        }
        if (!notEnded.isEmpty()) {
            line.putPOJO("not_ended", notEnded);
        }
        var list = line.putArray("devices");
        for (DeviceTotal device : record.getDevices()) {
            list.addObject()
                    .put("netns", device.getNetns())
                    .put("netns_cookie", device.getNetnsCookie())
                    .put("ifindex", device.getIfindex())
                    .put("device", device.getDevice())
                    .put("packets", device.getPackets())
                    .put("bytes", device.getBytes());
        }
        return line.toString();
    }

    private static long orZero(Long count) {
        return count == null ? 0 : count;
    }
}
