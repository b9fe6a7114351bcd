package io.skbstream.example;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.kstream.Window;

/**
 * What one event adds to a window, and the sum of many.
 *
 * @param packets events of the device lo
 * @param bytes sum of their len
 * @param events events of every device
 * @param missing events that were lost; negative to take back what was reported too early
 */
record Tally(long packets, long bytes, long events, long missing) {
    static final Tally NOTHING = new Tally(0, 0, 0, 0);
    static final Serde<Tally> SERDE =
            Serdes.serdeFrom((topic, tally) -> tally.toBytes(), (topic, bytes) -> bytes == null ? null : of(bytes));

    static Tally of(NetifReceive event) {
        return event.getDevice().equals("lo") ? new Tally(1, event.getLen(), 1, 0) : new Tally(0, 0, 1, 0);
    }

    static Tally ofMissing(long missing) {
        return new Tally(0, 0, 0, missing);
    }

    Tally plus(Tally other) {
        return new Tally(packets + other.packets, bytes + other.bytes, events + other.events, missing + other.missing);
    }

    LoopbackByHost toRow(String host, Window window) {
        return new LoopbackByHost(host, window.startTime(), window.endTime(), packets, bytes, events, missing);
    }

    private byte[] toBytes() {
        return ByteBuffer.allocate(4 * Long.BYTES)
                .putLong(packets)
                .putLong(bytes)
                .putLong(events)
                .putLong(missing)
                .array();
    }

    private static Tally of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new Tally(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
}
