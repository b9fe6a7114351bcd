package io.skbstream.producer.event;

import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * Puts the kernel's monotonic time on the wall clock. The offset between the two is measured again each second
 * of event time, and only ever grows: a wall clock that is set back does not turn timestamps back within a session. One
 * thread.
 */
public final class WallClock {

    private static final int SAMPLES = 5;
    private static final long MEASURE_EVERY_NS = 1_000_000_000;

    private final LongSupplier monotonicNs;
    private final LongSupplier wallNs;
    private long offsetNs;
    private long measureAtNs;

    /** HotSpot's {@code nanoTime} on Linux is CLOCK_MONOTONIC itself, the clock of {@code bpf_ktime_get_ns}. */
    public WallClock() {
        this(System::nanoTime, WallClock::systemNs);
    }

    WallClock(LongSupplier monotonicNs, LongSupplier wallNs) {
        this.monotonicNs = monotonicNs;
        this.wallNs = wallNs;
        this.offsetNs = measure();
        this.measureAtNs = monotonicNs.getAsLong() + MEASURE_EVERY_NS;
    }

    /** Nanoseconds since the Unix epoch of a moment on the monotonic clock. */
    public long wallNs(long ktimeNs) {
        if (ktimeNs - measureAtNs >= 0) { // follows the wall clock forward: after a step, a leap second, a suspend
            offsetNs = Math.max(offsetNs, measure());
            measureAtNs = ktimeNs + MEASURE_EVERY_NS;
        }
        return ktimeNs + offsetNs;
    }

    /** The sample with the two monotonic readings closest together says most exactly when the wall clock was read. */
    private long measure() {
        long narrowestNs = Long.MAX_VALUE;
        long measured = 0;
        for (int i = 0; i < SAMPLES; i++) {
            long before = monotonicNs.getAsLong();
            long wall = wallNs.getAsLong();
            long after = monotonicNs.getAsLong();
            if (after - before < narrowestNs) {
                narrowestNs = after - before;
                // The earliest that the wall clock can have been read: noise never pushes the offset up for good.
                measured = wall - after;
            }
        }
        return measured;
    }

    private static long systemNs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
