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

    /**
     * @param events how many it holds at most
     * @param bytes how many bytes they may have, together; more than one event can
     */
    EventBatch(NetifReceiveEncoder encoder, int events, int bytes) {
        this.encoder = encoder;
        this.bytes = new byte[Math.max(bytes, encoder.maxBytes())];
        this.ends = new int[events];
        this.timestampsMs = new long[events];
    }

    void add(SkbEvent event) {
        if (size == 0) {
            oldestNs = event.ktimeNs();
        }
        ends[size] = encoder.encode(event, bytes, size == 0 ? 0 : ends[size - 1]);
        timestampsMs[size] = encoder.timestampMs(event);
        size++;
    }

    /** How many more events fit, whatever their lengths. */
    int room() {
        int used = size == 0 ? 0 : ends[size - 1];
        return Math.min(ends.length - size, (bytes.length - used) / encoder.maxBytes());
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
