package io.skbstream.chaos.kafka;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Records of one session in a topic: how many, and how many different ones, by (cpu, seq). */
public final class SessionRecords {

    private final Map<Integer, BitSet> seen = new HashMap<>();
    private final Map<String, Long> byComm = new HashMap<>();
    private long records;
    private long distinct;

    void add(int cpu, long seq, String comm) {
        records++;
        BitSet ofCpu = seen.computeIfAbsent(cpu, none -> new BitSet());
        int bit = Math.toIntExact(seq);
        if (!ofCpu.get(bit)) {
            ofCpu.set(bit);
            distinct++;
            byComm.merge(comm, 1L, Long::sum);
        }
    }

    public long records() {
        return records;
    }

    public long distinct() {
        return distinct;
    }

    public long duplicates() {
        return records - distinct;
    }

    /** Different ones whose {@code comm} is this. */
    public long of(String comm) {
        return byComm.getOrDefault(comm, 0L);
    }
}
