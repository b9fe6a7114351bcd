package io.skbstream.producer.capture;

import io.skbstream.producer.event.SkbEvent;
import java.util.Arrays;

/**
 * Some encoded events, end to end in one byte array, reused again and again. Owned by the thread that took it from the
 * {@link BatchQueue}.
 */
public final class EventBatch {

    private final NetifReceiveEncoder encoder;
    private final byte[] bytes;
    private final int[] ends;
    private final long[] timestampsMs;
    private int size;

    EventBatch(NetifReceiveEncoder encoder, int capacity) {
        this.encoder = encoder;
        this.bytes = new byte[capacity * encoder.maxBytes()];
        this.ends = new int[capacity];
        this.timestampsMs = new long[capacity];
    }

    void add(SkbEvent event) {
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

    /** Number of events. */
    public int size() {
        return size;
    }

    /** A copy of the encoded event at {@code index}. */
    public byte[] value(int index) {
        return Arrays.copyOfRange(bytes, index == 0 ? 0 : ends[index - 1], ends[index]);
    }

    /** When the event at {@code index} happened, in milliseconds since the Unix epoch. */
    public long timestampMs(int index) {
        return timestampsMs[index];
    }
}
