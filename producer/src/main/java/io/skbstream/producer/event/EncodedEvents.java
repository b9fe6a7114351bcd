package io.skbstream.producer.event;

import java.util.Arrays;

/**
 * Some events, each a {@code NetifReceive} in Avro single-object encoding, end to end in one byte array. What holds them is
 * reused: they are valid only until their owner gives them back.
 */
public interface EncodedEvents {

    /** Number of events. */
    int size();

    /** The array that holds them; not to be written to. */
    byte[] bytes();

    /** Position in {@link #bytes()} behind the last byte of the event at {@code index}. */
    int end(int index);

    /** When the event at {@code index} happened, in milliseconds since the Unix epoch. */
    long timestampMs(int index);

    /** Position in {@link #bytes()} of the first byte of the event at {@code index}. */
    default int start(int index) {
        return index == 0 ? 0 : end(index - 1);
    }

    /** A copy of the event at {@code index}. */
    default byte[] value(int index) {
        return Arrays.copyOfRange(bytes(), start(index), end(index));
    }
}
