package io.skbstream.producer.capture;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What the BPF program counted since it was loaded, all CPUs together ({@code struct counters} of skbstream.h).
 *
 * @param hits runs of the program: one for each packet at the hook
 * @param bytes sum of their lengths, without Ethernet headers
 * @param filtered hits that a filter turned away, those of excluded ports among them
 * @param sampledOut hits that sampling left out
 * @param rateLimited hits beyond the rate limit
 * @param ringFull hits that found no room in the ring; each leaves a gap in {@code seq}
 * @param unattributed hits of devices that found the table of devices full
 * @param unattributedBytes sum of their lengths
 * @param sequences the {@code seq} that the next event of a CPU will carry, by the CPU's number; CPUs that have given no
 *     number yet are left out
 */
public record KernelCounts(
        long hits,
        long bytes,
        long filtered,
        long sampledOut,
        long rateLimited,
        long ringFull,
        long unattributed,
        long unattributedBytes,
        SortedMap<Integer, Long> sequences) {

    static final int HITS = 0;
    static final int HIT_BYTES = 8;
    static final int FILTERED = 16;
    static final int SAMPLED_OUT = 24;
    static final int RATE_LIMITED = 32;
    static final int RING_FULL = 40;
    static final int NEXT_SEQ = 48;
    static final int UNATTRIBUTED = 56;
    static final int DEVICES = 72;
    static final int UNATTRIBUTED_BYTES = 80;
    static final int BYTES = 128;

    public KernelCounts {
        sequences = Collections.unmodifiableSortedMap(new TreeMap<>(sequences));
    }

    /** @param counters one {@code struct counters} for each CPU, in the order of their numbers */
    static KernelCounts sum(ByteBuffer counters) {
        return new KernelCounts(
                sum(counters, HITS),
                sum(counters, HIT_BYTES),
                sum(counters, FILTERED),
                sum(counters, SAMPLED_OUT),
                sum(counters, RATE_LIMITED),
                sum(counters, RING_FULL),
                sum(counters, UNATTRIBUTED),
                sum(counters, UNATTRIBUTED_BYTES),
                sequences(counters));
    }

    private static long sum(ByteBuffer counters, int offset) {
        return IntStream.range(0, cpus(counters))
                .mapToLong(cpu -> counters.getLong(cpu * BYTES + offset))
                .sum();
    }

    private static SortedMap<Integer, Long> sequences(ByteBuffer counters) {
        SortedMap<Integer, Long> sequences = new TreeMap<>();
        for (int cpu = 0; cpu < cpus(counters); cpu++) {
            long next = counters.getLong(cpu * BYTES + NEXT_SEQ);
            if (next != 0) {
                sequences.put(cpu, next);
            }
        }
        return sequences;
    }

    static int cpus(ByteBuffer counters) {
        return counters.capacity() / BYTES;
    }
}
