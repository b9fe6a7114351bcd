package io.skbstream.schemas;

import java.io.EOFException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Finds the writer's schema of single-object encoded bytes and decodes their body with the reader that belongs to it. Safe
 * to share between threads.
 *
 * <p>A body is decoded from its array and not through Avro's {@code BinaryMessageDecoder}: that one reads from a stream, so
 * one flipped bit in a string's length makes it allocate up to 2 GiB.
 */
final class SingleObjectReader<T> {
    private final SchemaHistory history;
    private final String expected;
    private final Map<Long, DatumReader<T>> readers = new HashMap<>();

    /**
     * @param expected name of what is read, for refusals
     * @param readerOf the reader for what this schema has written; empty where that is not what is read here
     */
    SingleObjectReader(SchemaHistory history, String expected, Function<Schema, Optional<DatumReader<T>>> readerOf) {
        this.history = history;
        this.expected = expected;
        history.byFingerprint().forEach((fingerprint, writer) -> readerOf.apply(writer)
                .ifPresent(reader -> readers.put(fingerprint, reader)));
    }

    /**
     * @throws SerializationException if the bytes are not single-object encoded, their schema is unknown or of another
     *     record, or the body is not exactly one record
     */
    T read(String topic, byte[] data) {
        long fingerprint = fingerprint(topic, data);
        DatumReader<T> reader = readers.get(fingerprint);
        if (reader == null) {
            throw refusal(topic, fingerprint);
        }
        try {
            int header = SingleObject.HEADER_BYTES;
            BinaryDecoder body = DecoderFactory.get().binaryDecoder(data, header, data.length - header, null);
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
        if (!SingleObject.hasHeader(data)) {
            int shown = Math.min(data.length, SingleObject.HEADER_BYTES);
            String first = HexFormat.ofDelimiter(" ").formatHex(data, 0, shown);
            throw new SerializationException(
                    "topic %s: not Avro single-object encoding, which begins with c3 01 and a fingerprint of 8 bytes; these %d bytes begin with [%s]"
                            .formatted(topic, data.length, first));
        }
        return SingleObject.fingerprint(data);
    }

    private SerializationException refusal(String topic, long fingerprint) {
        if (history.byFingerprint().containsKey(fingerprint)) {
            return new SerializationException("topic %s: holds a %s where a %s was expected"
                    .formatted(topic, history.describe(fingerprint), expected));
        }
        return new SerializationException(
                "topic %s: unknown schema fingerprint %016x; this reader knows %s; upgrade skbstream-schemas, or name the writer's .avsc file in the setting %s"
                        .formatted(topic, fingerprint, history, AvroDeserializer.SCHEMAS_CONFIG));
    }
}
