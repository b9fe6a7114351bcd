package io.skbstream.schemas;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes records in Avro's single-object encoding: {@code C3 01}, the schema's CRC-64-AVRO fingerprint (8 bytes, little
 * endian), the body. A null stays null, a tombstone. Safe to share between threads.
 *
 * @param <T> class of the records
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#single-object-encoding">Avro, single-object encoding</a>
 */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {
    private final Map<Class<?>, BinaryMessageEncoder<T>> encoders = new ConcurrentHashMap<>();

    /** For every record of the contract; also meant for {@code value.serializer}. */
    public AvroSerializer() {}

    /** @throws SerializationException if the record cannot be encoded, for example because a field was never set */
    @Override
    public byte[] serialize(String topic, T value) {
        if (value == null) {
            return null;
        }
        try {
            // The encoder copies, so the array behind its buffer is this record and nothing else.
            return encoders.computeIfAbsent(value.getClass(), type -> encoderOf(value))
                    .encode(value)
                    .array();
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(
                    "topic " + topic + ": cannot encode a " + value.getSchema().getName() + ": " + e.getMessage(), e);
        }
    }

    private static <T extends SpecificRecord> BinaryMessageEncoder<T> encoderOf(T value) {
        return new BinaryMessageEncoder<>(ContractModel.INSTANCE, value.getSchema());
    }
}
