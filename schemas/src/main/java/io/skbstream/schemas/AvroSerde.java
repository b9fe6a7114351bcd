package io.skbstream.schemas;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Serde of skbstream's records for Kafka Streams. Once configured, safe to share between threads;
 * holds nothing that needs closing, which only ends the waiting for a registry.
 *
 * @param <T> class of the records
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {
    private final AvroSerializer<T> serializer = new AvroSerializer<>();
    private final AvroDeserializer<T> deserializer;

    /** For every record of the contract; meant for settings that name a class, such as {@code default.value.serde}. */
    public AvroSerde() {
        this(new AvroDeserializer<>());
    }

    private AvroSerde(AvroDeserializer<T> deserializer) {
        this.deserializer = deserializer;
    }

    /** For records of one class: any other is refused when read. */
    public static <T extends SpecificRecord> AvroSerde<T> of(Class<T> type) {
        return new AvroSerde<>(new AvroDeserializer<>(type));
    }

    /** See {@link AvroSerializer#configure} and {@link AvroDeserializer#configure}. */
    @Override
    public void configure(Map<String, ?> settings, boolean isKey) {
        serializer.configure(settings, isKey);
        deserializer.configure(settings, isKey);
    }

    @Override
    public void close() {
        serializer.close();
        deserializer.close();
    }

    @Override
    public Serializer<T> serializer() {
        return serializer;
    }

    @Override
    public Deserializer<T> deserializer() {
        return deserializer;
    }
}
