package io.skbstream.producer.capture;

import io.skbstream.producer.event.EncodedEvents;
import io.skbstream.producer.event.SkbEvent;

/** Events as they come out of the ring, reused again and again. Owned by the thread that took it from the {@link BatchQueue}. */
public final class EventBatch implements EncodedEvents {

    private final NetifReceiveEncoder encoder;
    private final byte[] bytes;
    private final int[] ends;
    private final long[] timestampsMs;
    private long oldestNs;
    private int size;

    EventBatch(NetifReceiveEncoder encoder, int capacity) {
        this.encoder = encoder;
        this.bytes = new byte[capacity * encoder.maxBytes()];
        this.ends = new int[capacity];
        this.timestampsMs = new long[capacity];
    }

    void add(SkbEvent event) {
        if (size == 0) {
            oldestNs = event.ktimeNs();
        }
        ends[size] = encoder.encode(event, bytes, size == 0 ? 0 : ends[size - 1]);
        timestampsMs[size] = encoder.timestampMs(event);
        size++;
    }

    boolean isFull() {
        return size == ends.length;
    }

    void clear() {
        size = 0;
    }

    /** When the first event happened, by the kernel's monotonic clock, which is {@link System#nanoTime()}. */
    public long oldestNs() {
        return oldestNs;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public int end(int index) {
        return ends[index];
    }

    @Override
    public long timestampMs(int index) {
        return timestampsMs[index];
    }
}
