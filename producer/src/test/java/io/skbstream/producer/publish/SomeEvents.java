package io.skbstream.producer.publish;

import io.skbstream.producer.event.EncodedEvents;

/** Events of one byte each: their number. */
record SomeEvents(int size) implements EncodedEvents {

    @Override
    public byte[] bytes() {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    @Override
    public int end(int index) {
        return index + 1;
    }

    @Override
    public long timestampMs(int index) {
        return 1_790_000_000_000L + index / 2;
    }
}
