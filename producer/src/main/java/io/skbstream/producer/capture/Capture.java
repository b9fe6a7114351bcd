package io.skbstream.producer.capture;

import io.skbstream.producer.duty.Duty;
import io.skbstream.producer.event.SkbEvent;
import io.skbstream.producer.kernel.RunDelay;
import io.skbstream.producer.libbpf.MappedRing;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The capture thread: ring → Avro bytes → batches for the publisher. It never waits for Kafka or disk: with every batch in the
 * publisher's hands it lets the ring fill, and the kernel counts what finds no room. Owns the ring's reading side.
 */
public final class Capture implements Duty {

    private static final int POLL_TIMEOUT_MS = 10;
    private static final long NO_BATCH_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int SWEEP = 4096;

    /** A batch with less room is as good as full: filling it up event by event would cost more. */
    private static final int LEAST_ROOM = 16;

    private final MappedRing ring;
    private final BatchQueue queue;
    private final SkbEvent event = new SkbEvent();
    private final MappedRing.RecordHandler handler = this::onRecord;
    private final LongSupplier othersDelayNs;
    private EventBatch batch;
    private volatile long blockedSinceNs;
    private long othersDelayThenNs;
    private long ownDelayThenNs;
    private volatile long longestBlockNs;
    private volatile long captured;
    private volatile long abandoned;

    /** @param othersDelayNs for how long the thread that gives batches back was kept off the CPUs so far */
    public Capture(MappedRing ring, BatchQueue queue, LongSupplier othersDelayNs) {
        this.ring = ring;
        this.othersDelayNs = othersDelayNs;
        this.queue = queue;
    }

    /** Events taken out of the ring so far. Any thread. */
    public long captured() {
        return captured;
    }

    /** Those of them that could not be handed over before the agent had to end. Any thread. */
    public long abandoned() {
        return abandoned;
    }

    /** The longest time that there was no batch to fill, less what the CPUs had no time for, in nanoseconds. Any thread. */
    public long longestBlockNs() {
        long sinceNs = blockedSinceNs;
        return Math.max(longestBlockNs, sinceNs == 0 ? 0 : System.nanoTime() - sinceNs);
    }

    @Override
    public int doWork() {
        if (batch == null && (batch = queue.pollFree()) == null) {
            blocked();
            LockSupport.parkNanos(NO_BATCH_PAUSE_NS);
            return 0;
        }
        if (blockedSinceNs != 0) {
            unblocked();
        }
        int taken = ring.read(handler, batch.room());
        captured += taken;
        // One that is not full goes only to a publisher that waits for it: while it is busy, batches grow and stay few.
        if (batch.room() < LEAST_ROOM || taken == 0 && batch.size() > 0 && queue.isEmpty()) {
            queue.hand(batch);
            batch = null;
        } else if (taken == 0) {
            ring.await(POLL_TIMEOUT_MS);
        }
        return taken;
    }

    @Override
    public boolean isDrained() {
        return ring.unreadBytes() == 0 && (batch == null || batch.size() == 0);
    }

    /** Hands over what it has, and takes what is still in the ring into account, though nobody will carry it any more. */
    @Override
    public void close(long deadlineNs) {
        if (blockedSinceNs != 0) {
            unblocked();
        }
        if (batch != null && batch.size() > 0) {
            queue.hand(batch);
            batch = null;
        }
        int taken;
        while ((taken = ring.read((memory, offset) -> {}, SWEEP)) > 0) {
            captured += taken;
            abandoned += taken;
        }
    }

    private void blocked() {
        if (blockedSinceNs == 0) {
            blockedSinceNs = System.nanoTime();
            othersDelayThenNs = othersDelayNs.getAsLong();
            ownDelayThenNs = ownDelayNs();
        }
    }

    private void unblocked() {
        long delayNs = Math.max(othersDelayNs.getAsLong() - othersDelayThenNs, ownDelayNs() - ownDelayThenNs);
        longestBlockNs = Math.max(longestBlockNs, System.nanoTime() - blockedSinceNs - delayNs);
        blockedSinceNs = 0;
    }

    private static long ownDelayNs() {
        return RunDelay.ofThreadNs(RunDelay.currentThreadId());
    }

    private void onRecord(ByteBuffer memory, int offset) {
        batch.add(event.wrap(memory, offset));
    }
}
