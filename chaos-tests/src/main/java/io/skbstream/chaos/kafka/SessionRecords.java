package io.skbstream.chaos.kafka;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Records of one session in a topic: how many, how many different ones, by (cpu, seq), and how many in another order than their seq. */
public final class SessionRecords {

    private final Map<Integer, BitSet> seen = new HashMap<>();
    private final Map<String, Long> byComm = new HashMap<>();
    private long records;
    private final Map<Integer, BitSet> seenAgain = new HashMap<>();
    private final Map<List<Integer>, Long> highest = new HashMap<>();
    private long distinct;
    private long repeated;
    private long outOfOrder;

    /** Adds the next record of a partition. */
    public void add(int partition, int cpu, long seq, String comm) {
        records++;
        BitSet ofCpu = seen.computeIfAbsent(cpu, none -> new BitSet());
        int bit = Math.toIntExact(seq);
        if (!ofCpu.get(bit)) {
            ofCpu.set(bit);
            distinct++;
            byComm.merge(comm, 1L, Long::sum);
            if (highest.merge(List.of(partition, cpu), seq, Math::max) != seq) {
                outOfOrder++;
            }
        } else {
            BitSet again = seenAgain.computeIfAbsent(cpu, none -> new BitSet());
            repeated += again.get(bit) ? 0 : 1;
            again.set(bit);
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

    /** Different ones that are there more than once. */
    public long repeated() {
        return repeated;
    }

    /** Different ones that come behind a later one of their CPU in the same partition. */
    public long outOfOrder() {
        return outOfOrder;
    }

    /** Different ones whose {@code comm} is this. */
    public long of(String comm) {
        return byComm.getOrDefault(comm, 0L);
    }
}
