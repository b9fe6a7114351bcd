package io.skbstream.producer.spool;

import io.skbstream.producer.event.EncodedEvents;

/** One block out of the spool: its events in single-object encoding, for Kafka as they are. Immutable; any thread. */
public final class SpooledBlock implements EncodedEvents {

    private final String host;
    private final long session;

    SpooledBlock(String host, long session) {
        this.host = host;
        this.session = session;
    }

    /** The events' {@code host}: the key of their records. */
    public String host() {
        return host;
    }

    /** The events' {@code session}. */
    public long session() {
        return session;
    }

    @Override
    public int size() {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] bytes() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int end(int index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long timestampMs(int index) {
        throw new UnsupportedOperationException();
    }
}
