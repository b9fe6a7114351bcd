package io.skbstream.schemas;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads records in Avro's single-object encoding (see {@link AvroSerializer}), written with any schema that was ever
 * released, into today's classes. A null stays null, a tombstone. Safe to share between threads.
 *
 * <p>A body is decoded from its array and not through Avro's {@code BinaryMessageDecoder}: that one reads from a stream, so
 * one flipped bit in a string's length makes it allocate up to 2 GiB.
 *
 * @param <T> class of the records
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
    private static final int HEADER_BYTES = 10;
    private static final byte[] MARKER = {(byte) 0xC3, 0x01};

    private final SchemaHistory history;
    private final Class<?> type;
    private final Map<Long, DatumReader<T>> readers = new HashMap<>();

    /** For every record of the contract, told apart by fingerprint; also meant for {@code value.deserializer}. */
    public AvroDeserializer() {
        this(SpecificRecord.class, SchemaHistory.RELEASED);
    }

    /** For records of one class: any other is refused. */
    public AvroDeserializer(Class<T> type) {
        this(type, SchemaHistory.RELEASED);
    }

    AvroDeserializer(Class<?> type, SchemaHistory history) {
        this.type = type;
        this.history = history;
        history.byFingerprint().forEach((fingerprint, writer) -> {
            Class<?> target = ContractModel.INSTANCE.getClass(writer);
            if (type.isAssignableFrom(target)) {
                Schema reader = ContractModel.INSTANCE.getSchema(target);
                readers.put(fingerprint, new SpecificDatumReader<>(writer, reader, ContractModel.INSTANCE));
            }
        });
    }

    /**
     * @throws SerializationException if the bytes are not single-object encoded, their schema is unknown or of another
     *     record, or the body is not exactly one record
     */
    @Override
    public T deserialize(String topic, byte[] data) {
        if (data == null) {
            return null;
        }
        long fingerprint = fingerprint(topic, data);
        DatumReader<T> reader = readers.get(fingerprint);
        if (reader == null) {
            throw refusal(topic, fingerprint);
        }
        try {
            BinaryDecoder body =
                    DecoderFactory.get().binaryDecoder(data, HEADER_BYTES, data.length - HEADER_BYTES, null);
            T record = reader.read(null, body);
            if (!body.isEnd()) {
                throw new IOException("bytes are left over behind the record");
            }
            return record;
        } catch (IOException | RuntimeException e) {
            String why = e instanceof EOFException ? "it is truncated" : e.getMessage();
            throw new SerializationException(
                    "topic %s: cannot decode a %s of %d bytes: %s"
                            .formatted(topic, history.describe(fingerprint), data.length, why),
                    e);
        }
    }

    private static long fingerprint(String topic, byte[] data) {
        if (data.length < HEADER_BYTES || data[0] != MARKER[0] || data[1] != MARKER[1]) {
            String first = HexFormat.ofDelimiter(" ").formatHex(data, 0, Math.min(data.length, HEADER_BYTES));
            throw new SerializationException(
                    "topic %s: not Avro single-object encoding, which begins with c3 01 and a fingerprint of 8 bytes; these %d bytes begin with [%s]"
                            .formatted(topic, data.length, first));
        }
        return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getLong(MARKER.length);
    }

    private SerializationException refusal(String topic, long fingerprint) {
        if (history.byFingerprint().containsKey(fingerprint)) {
            return new SerializationException("topic %s: holds a %s where a %s was expected"
                    .formatted(topic, history.describe(fingerprint), type.getSimpleName()));
        }
        return new SerializationException(
                "topic %s: unknown schema fingerprint %016x; this reader knows %s; upgrade skbstream-schemas"
                        .formatted(topic, fingerprint, history));
    }
}
