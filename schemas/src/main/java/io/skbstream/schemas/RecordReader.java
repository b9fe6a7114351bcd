package io.skbstream.schemas;

import java.io.EOFException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Finds the writer's schema of a record, which its header names by {@link SingleObject fingerprint} or by {@link ConfluentFormat id},
 * and decodes its body with the reader that belongs to it. Safe to share between threads.
 *
 * <p>A body is decoded from its array and not through Avro's {@code BinaryMessageDecoder}: that one reads from a stream, so
 * one flipped bit in a string's length makes it allocate up to 2 GiB.
 */
final class RecordReader<T> {

    /**
     * What is known of a writer.
     *
     * @param name of its record, and by what it is known
     * @param reader null if its records cannot be read here
     * @param refusal why not
     */
    private record Writer<T>(String name, DatumReader<T> reader, String refusal) {}

    private final SchemaHistory history;
    private final Optional<RegistrySchemas> registry;
    private final String expected;
    private final Function<Schema, Optional<DatumReader<T>>> readerOf;
    private final Map<Long, Writer<T>> byFingerprint = new HashMap<>();
    private final Map<Integer, Writer<T>> byId = new ConcurrentHashMap<>();

    /**
     * @param registry where schemas have ids; empty if there is none
     * @param expected name of what is read, for refusals
     * @param readerOf the reader for what this schema has written; empty where that is not what is read here
     */
    RecordReader(
            SchemaHistory history,
            Optional<RegistrySchemas> registry,
            String expected,
            Function<Schema, Optional<DatumReader<T>>> readerOf) {
        this.history = history;
        this.registry = registry;
        this.expected = expected;
        this.readerOf = readerOf;
        history.byFingerprint()
                .forEach((fingerprint, writer) ->
                        byFingerprint.put(fingerprint, writer(history.describe(fingerprint), writer)));
    }

    /**
     * @throws SerializationException if the bytes have neither header, their schema is unknown or of another record, or the
     *     body is not exactly one record
     * @throws org.apache.kafka.common.errors.ApiException if the registry, which alone knows, does not answer or lets nobody in
     */
    T read(String topic, byte[] data) {
        return ConfluentFormat.hasHeader(data)
                ? decode(topic, data, ConfluentFormat.HEADER_BYTES, byId(topic, ConfluentFormat.id(data)))
                : decode(topic, data, SingleObject.HEADER_BYTES, byFingerprint(topic, data));
    }

    /** Waits for the registry no more. */
    void stopWaiting() {
        registry.ifPresent(RegistrySchemas::stopWaiting);
    }

    private T decode(String topic, byte[] data, int header, Writer<T> writer) {
        if (writer.reader() == null) {
            throw new SerializationException(
                    "topic %s: holds a %s%s".formatted(topic, writer.name(), writer.refusal()));
        }
        try {
            BinaryDecoder body = DecoderFactory.get().binaryDecoder(data, header, data.length - header, null);
            T record = writer.reader().read(null, body);
            if (!body.isEnd()) {
                throw new IOException("bytes are left over behind the record");
            }
            return record;
        } catch (IOException | RuntimeException e) {
            String why = e instanceof EOFException ? "it is truncated" : e.getMessage();
            throw new SerializationException(
                    "topic %s: cannot decode a %s of %d bytes: %s".formatted(topic, writer.name(), data.length, why),
                    e);
        }
    }

    private Writer<T> byFingerprint(String topic, byte[] data) {
        if (!SingleObject.hasHeader(data)) {
            int shown = Math.min(data.length, SingleObject.HEADER_BYTES);
            String first = HexFormat.ofDelimiter(" ").formatHex(data, 0, shown);
            throw new SerializationException(
                    "topic %s: neither Avro single-object encoding, which begins with c3 01 and a fingerprint of 8 bytes, nor a schema registry's format, which begins with 00 and an id of 4 bytes; these %d bytes begin with [%s]"
                            .formatted(topic, data.length, first));
        }
        Writer<T> writer = byFingerprint.get(SingleObject.fingerprint(data, 0));
        if (writer == null) {
            throw new SerializationException(
                    "topic %s: unknown schema fingerprint %016x; this reader knows %s; upgrade skbstream-schemas, or name the writer's .avsc file in the setting %s"
                            .formatted(
                                    topic,
                                    SingleObject.fingerprint(data, 0),
                                    history,
                                    AvroDeserializer.SCHEMAS_CONFIG));
        }
        return writer;
    }

    private Writer<T> byId(String topic, int id) {
        Writer<T> known = byId.get(id);
        if (known == null) {
            Schema schema = registry.orElseThrow(() -> new SerializationException(
                            "topic %s: its writer's schema has the id %d in a schema registry; name the registry in the setting %s"
                                    .formatted(topic, id, AvroDeserializer.REGISTRY_CONFIG)))
                    .schema(topic, id);
            String name = "%s (id %d)".formatted(schema.getName(), id);
            known = SchemaHistory.unreadable(schema)
                    .map(why -> new Writer<T>(name, null, ": " + why))
                    .orElseGet(() -> writer(name, schema));
            byId.put(id, known);
        }
        return known;
    }

    private Writer<T> writer(String name, Schema schema) {
        return readerOf.apply(schema)
                .map(reader -> new Writer<>(name, reader, ""))
                .orElseGet(() -> new Writer<>(name, null, " where a " + expected + " was expected"));
    }
}
