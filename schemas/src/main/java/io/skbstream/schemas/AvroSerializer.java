package io.skbstream.schemas;

import io.skbstream.schemas.registry.RegistrySettings;
import io.skbstream.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records with the schema that this version has of them: in Avro's single-object encoding ({@code C3 01}, the schema's
 * CRC-64-AVRO fingerprint, 8 bytes, little endian, and the body), or, where {@link AvroDeserializer#REGISTRY_CONFIG} is
 * set, in {@link ConfluentFormat}, under the subject {@code TOPIC-value} or {@code TOPIC-key}. A null stays null, a tombstone. Once
 * configured, safe to share between threads.
 *
 * @param <T> class of the records
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#single-object-encoding">Avro, single-object encoding</a>
 */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {
    private static final Logger LOG = LoggerFactory.getLogger(AvroSerializer.class);

    private record Destination(String topic, Class<?> type) {}

    private final Map<Class<?>, BinaryMessageEncoder<T>> encoders = new ConcurrentHashMap<>();
    private final Map<Destination, byte[]> headers = new ConcurrentHashMap<>();
    private SchemaRegistry registry;
    private Patience patience;
    private boolean isKey;

    /** For every record of the contract; also meant for {@code value.serializer}. */
    public AvroSerializer() {}

    /**
     * Takes over {@link AvroDeserializer#REGISTRY_CONFIG} with its relatives; nothing else matters here. Asks nobody yet.
     *
     * @throws org.apache.kafka.common.config.ConfigException if one of them cannot be used
     */
    @Override
    public void configure(Map<String, ?> settings, boolean isKey) {
        this.registry = RegistrySettings.of(settings).map(SchemaRegistry::new).orElse(null);
        this.patience = Patience.configured(settings);
        this.isKey = isKey;
        headers.clear();
    }

    /**
     * The first record of a topic asks the registry, if there is one.
     *
     * @throws SerializationException if the record cannot be encoded, for example because a field was never set
     * @throws io.skbstream.schemas.registry.RegistryAwayException if the registry does not answer in time
     * @throws io.skbstream.schemas.registry.RegistryRefusalException if it refuses the schema
     */
    @Override
    public byte[] serialize(String topic, T value) {
        if (value == null) {
            return null;
        }
        byte[] bytes = encoded(topic, value);
        return registry == null ? bytes : ConfluentFormat.reheaded(header(topic, value), bytes, 0, bytes.length);
    }

    /** From now on no call waits for a registry that is away, those that do included. Any thread. */
    @Override
    public void close() {
        if (patience != null) {
            patience.close();
        }
    }

    private byte[] encoded(String topic, T value) {
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

    private byte[] header(String topic, T value) {
        Destination destination = new Destination(topic, value.getClass());
        byte[] header = headers.get(destination);
        if (header == null) {
            Subject subject =
                    isKey ? Subject.ofKeys(topic, value.getClass()) : Subject.ofValues(topic, value.getClass());
            Integer id = patience.ask(() -> {
                        Optional<String> doubt = subject.protect(registry);
                        Map<Long, Integer> ids = subject.register(registry);
                        doubt.ifPresent(LOG::warn);
                        return ids;
                    })
                    .get(SchemaNormalization.parsingFingerprint64(value.getSchema()));
            if (id == null) {
                throw new SerializationException(
                        "topic " + topic + ": " + value.getSchema().getFullName() + " is no record of the contract");
            }
            header = ConfluentFormat.header(id);
            headers.put(destination, header);
        }
        return header;
    }

    private static <T extends SpecificRecord> BinaryMessageEncoder<T> encoderOf(T value) {
        return new BinaryMessageEncoder<>(ContractModel.INSTANCE, value.getSchema());
    }
}
