package io.skbstream.producer.spool;

import io.skbstream.avro.Hook;
import io.skbstream.avro.NetifReceive;
import io.skbstream.producer.event.EncodedEvents;
import io.skbstream.schemas.AvroDeserializer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Events with numbers, encoded by Avro itself; random names keep them from compressing to nothing. */
record TestEvents(List<byte[]> values, List<Long> timesMs, byte[] bytes, int[] ends) implements EncodedEvents {

    static final String HOST = "spool-host";

    private static final AvroDeserializer<NetifReceive> READER = new AvroDeserializer<>(NetifReceive.class);

    /** {@code count} events of one session, from {@code seq} on, a millisecond apart. */
    static TestEvents of(long session, long seq, int count, long firstMs) {
        List<byte[]> values = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        for (long i = seq; i < seq + count; i++) {
            values.add(encoded(session, i, firstMs + i - seq));
            times.add(firstMs + i - seq);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int[] ends = new int[count];
        for (int i = 0; i < count; i++) {
            bytes.writeBytes(values.get(i));
            ends[i] = bytes.size();
        }
        return new TestEvents(values, times, bytes.toByteArray(), ends);
    }

    static TestEvents of(long session, long seq, int count) {
        return of(session, seq, count, System.currentTimeMillis());
    }

    /** The numbers of a block's events, read by Avro. */
    static List<Long> seqs(SpooledBlock block) {
        return IntStream.range(0, block.size())
                .mapToObj(i -> decode(block.value(i)).getSeq())
                .toList();
    }

    static List<Long> range(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    static NetifReceive decode(byte[] value) {
        return READER.deserialize("spool", value);
    }

    private static byte[] encoded(long session, long seq, long ms) {
        long noise = seq * 0x9E3779B97F4A7C15L ^ session;
        NetifReceive event = new NetifReceive(
                HOST,
                session,
                (int) (seq & 1),
                seq,
                Instant.ofEpochMilli(ms),
                Hook.KPROBE,
                "lo",
                1,
                4026531840L,
                noise >>> 1,
                84,
                4001,
                4002,
                Long.toString(noise >>> 8, 36),
                0x0800);
        try {
            ByteBuffer encoded = NetifReceive.getEncoder().encode(event);
            return Arrays.copyOf(encoded.array(), encoded.remaining());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int size() {
        return values.size();
    }

    @Override
    public int end(int index) {
        return ends[index];
    }

    @Override
    public long timestampMs(int index) {
        return timesMs.get(index);
    }
}
