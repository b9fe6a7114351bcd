package io.skbstream.producer.capture;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The bounded hand-over between the capture thread and the publish thread: a fixed set of batches that go round. When all
 * are with the publisher, capture leaves events in the kernel's ring, where a loss would be counted.
 */
public final class BatchQueue {

    private final ArrayBlockingQueue<EventBatch> free;
    private final ArrayBlockingQueue<EventBatch> full;

    /**
     * @param batches how many there are
     * @param eventsPerBatch how many events each holds at most
     * @param bytesPerBatch and how many bytes
     */
    public BatchQueue(NetifReceiveEncoder encoder, int batches, int eventsPerBatch, int bytesPerBatch) {
        this.free = new ArrayBlockingQueue<>(batches);
        this.full = new ArrayBlockingQueue<>(batches);
        for (int i = 0; i < batches; i++) {
            free.add(new EventBatch(encoder, eventsPerBatch, bytesPerBatch));
        }
    }

    /** Capture: an empty batch to fill, or null if the publisher has them all. Never waits. */
    EventBatch pollFree() {
        return free.poll();
    }

    /** Capture: hands a batch over. Never waits: there is room for every batch that exists. */
    void hand(EventBatch batch) {
        full.add(batch);
    }

    /** Publish: the oldest batch, or null if there is none within {@code timeoutMs}. */
    public EventBatch poll(long timeoutMs) throws InterruptedException {
        return full.poll(timeoutMs, TimeUnit.MILLISECONDS);
    }

    /** Publish: the oldest batch, or null if there is none now. */
    public EventBatch poll() {
        return full.poll();
    }

    /** Publish: gives a batch back. */
    public void recycle(EventBatch batch) {
        batch.clear();
        free.add(batch);
    }

    /** How many batches capture has left to fill. Any thread. */
    public int free() {
        return free.size();
    }

    public boolean isEmpty() {
        return full.isEmpty();
    }
}
