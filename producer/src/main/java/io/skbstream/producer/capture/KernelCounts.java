package io.skbstream.producer.capture;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What the BPF program counted since it was loaded, all CPUs together ({@code struct counters} of skbstream.h).
 *
 * @param hits runs of the program: one for each packet at the hook
 * @param bytes sum of their lengths, without Ethernet headers
 * @param filtered hits that a filter turned away
 * @param sampledOut hits that sampling left out
 * @param ringFull hits that found no room in the ring; each leaves a gap in {@code seq}
 * @param unattributed hits of devices that found the table of devices full
 */
public record KernelCounts(long hits, long bytes, long filtered, long sampledOut, long ringFull, long unattributed) {

    static final int HITS = 0;
    static final int HIT_BYTES = 8;
    static final int FILTERED = 16;
    static final int SAMPLED_OUT = 24;
    static final int RING_FULL = 32;
    static final int UNATTRIBUTED = 48;
    static final int BYTES = 56;

    static KernelCounts sum(List<ByteBuffer> perCpu) {
        return new KernelCounts(
                sum(perCpu, HITS),
                sum(perCpu, HIT_BYTES),
                sum(perCpu, FILTERED),
                sum(perCpu, SAMPLED_OUT),
                sum(perCpu, RING_FULL),
                sum(perCpu, UNATTRIBUTED));
    }

    static long sum(List<ByteBuffer> perCpu, int offset) {
        return perCpu.stream().mapToLong(cpu -> cpu.getLong(offset)).sum();
    }
}
