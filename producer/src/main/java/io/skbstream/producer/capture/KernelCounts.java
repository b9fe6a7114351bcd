package io.skbstream.producer.capture;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

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
        SortedMap<Integer, Long> sequences) {

    static final int HITS = 0;
    static final int HIT_BYTES = 8;
    static final int FILTERED = 16;
    static final int SAMPLED_OUT = 24;
    static final int RATE_LIMITED = 32;
    static final int RING_FULL = 40;
    static final int NEXT_SEQ = 48;
    static final int UNATTRIBUTED = 56;
    static final int CPU = 72;
    static final int BYTES = 80;

    public KernelCounts {
        sequences = Collections.unmodifiableSortedMap(new TreeMap<>(sequences));
    }

    static KernelCounts sum(List<ByteBuffer> perCpu) {
        return new KernelCounts(
                sum(perCpu, HITS),
                sum(perCpu, HIT_BYTES),
                sum(perCpu, FILTERED),
                sum(perCpu, SAMPLED_OUT),
                sum(perCpu, RATE_LIMITED),
                sum(perCpu, RING_FULL),
                sum(perCpu, UNATTRIBUTED),
                sequences(perCpu));
    }

    static long sum(List<ByteBuffer> perCpu, int offset) {
        return perCpu.stream().mapToLong(cpu -> cpu.getLong(offset)).sum();
    }

    private static SortedMap<Integer, Long> sequences(List<ByteBuffer> perCpu) {
        SortedMap<Integer, Long> sequences = new TreeMap<>();
        for (ByteBuffer cpu : perCpu) {
            long next = cpu.getLong(NEXT_SEQ);
            if (next != 0) {
                // The program says which CPU: the kernel lists possible CPUs, whose numbers may have gaps.
                sequences.put((int) cpu.getLong(CPU), next);
            }
        }
        return sequences;
    }
}
