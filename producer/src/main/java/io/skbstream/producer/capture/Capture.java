package io.skbstream.producer.capture;

import io.skbstream.producer.duty.Duty;
import io.skbstream.producer.event.SkbEvent;
import io.skbstream.producer.libbpf.MappedRing;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The capture thread: ring → Avro bytes → batches for the publisher. It never waits for Kafka: with every batch in the
 * publisher's hands it lets the ring fill, and the kernel counts what finds no room. Owns the ring's reading side.
 */
public final class Capture implements Duty {

    private static final int POLL_TIMEOUT_MS = 10;
    private static final long NO_BATCH_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int SWEEP = 4096;

    private final MappedRing ring;
    private final BatchQueue queue;
    private final int eventsPerBatch;
    private final SkbEvent event = new SkbEvent();
    private final MappedRing.RecordHandler handler = this::onRecord;
    private EventBatch batch;
    private volatile long captured;
    private volatile long abandoned;

    public Capture(MappedRing ring, BatchQueue queue, int eventsPerBatch) {
        this.ring = ring;
        this.queue = queue;
        this.eventsPerBatch = eventsPerBatch;
    }

    /** Events taken out of the ring so far. Any thread. */
    public long captured() {
        return captured;
    }

    /** Those of them that could not be handed over before the agent had to end. Any thread. */
    public long abandoned() {
        return abandoned;
    }

    @Override
    public int doWork() {
        if (batch == null && (batch = queue.pollFree()) == null) {
            LockSupport.parkNanos(NO_BATCH_PAUSE_NS);
            return 0;
        }
        int taken = ring.read(handler, eventsPerBatch - batch.size());
        captured += taken;
        if (batch.isFull() || taken == 0 && batch.size() > 0) {
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

    /** Takes what is still in the ring into account, though nobody will carry it any more. */
    @Override
    public void close(long deadlineNs) {
        long left = batch == null ? 0 : batch.size();
        int taken;
        while ((taken = ring.read((memory, offset) -> {}, SWEEP)) > 0) {
            captured += taken;
            left += taken;
        }
        abandoned += left;
    }

    private void onRecord(ByteBuffer memory, int offset) {
        batch.add(event.wrap(memory, offset));
    }
}
