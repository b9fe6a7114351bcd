package io.skbstream.producer.publish;

import io.skbstream.producer.event.EncodedEvents;
import io.skbstream.schemas.ConfluentFormat;

/**
 * Events that go to Kafka with an id of the registry: the header is chosen when the value is made, so that neither capture nor the
 * spool knows of it.
 *
 * @param events as they are held, in single-object encoding
 * @param header of each instead
 */
record HeadedEvents(EncodedEvents events, byte[] header) implements EncodedEvents {

    @Override
    public int size() {
        return events.size();
    }

    @Override
    public byte[] bytes() {
        return events.bytes();
    }

    @Override
    public int end(int index) {
        return events.end(index);
    }

    @Override
    public long timestampMs(int index) {
        return events.timestampMs(index);
    }

    @Override
    public byte[] value(int index) {
        return ConfluentFormat.reheaded(header, bytes(), start(index), end(index));
    }
}
