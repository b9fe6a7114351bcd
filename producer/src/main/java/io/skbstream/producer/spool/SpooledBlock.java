package io.skbstream.producer.spool;

import io.skbstream.producer.event.EncodedEvents;
import org.apache.avro.Schema;

/** One block out of the spool: its events in single-object encoding, for Kafka as they are. Immutable; any thread. */
public final class SpooledBlock implements EncodedEvents {

    private final String host;
    private final long session;
    private final Schema writer;
    private final byte[] bytes;
    private final int[] ends;
    private final long[] timestampsMs;

    SpooledBlock(String host, long session, Schema writer, byte[] bytes, int[] ends, long[] timestampsMs) {
        this.host = host;
        this.session = session;
        this.writer = writer;
        this.bytes = bytes;
        this.ends = ends;
        this.timestampsMs = timestampsMs;
    }

    /** The events' {@code host}: the key of their records. */
    public String host() {
        return host;
    }

    /** The events' {@code session}. */
    public long session() {
        return session;
    }

    /** The schema that they were written with, maybe by an older version of the agent. */
    Schema writer() {
        return writer;
    }

    @Override
    public int size() {
        return ends.length;
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
