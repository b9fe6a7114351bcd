package io.skbstream.schemas;

import io.skbstream.schemas.registry.RegistrySettings;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads records in either format of {@link AvroSerializer}, also mixed in one topic, written with any schema that was ever
 * released, into today's classes, and with newer ones that {@link #SCHEMAS_CONFIG} names or the registry has: fields that these classes do not have
 * are left out, enum symbols that they do not know become UNKNOWN. A null stays null, a tombstone. Once configured, safe to
 * share between threads.
 *
 * @param <T> class of the records
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
    /**
     * Setting: comma-separated {@code .avsc} files of records that writers newer than this jar send. They may send them before
     * their readers are upgraded, if these have the file.
     */
    public static final String SCHEMAS_CONFIG = "skbstream.schemas";

    /**
     * Setting: the schema registry that a record's id is of, with its relatives, all by the names of Confluent's clients; see {@link
     * RegistrySettings}. Needed only for records that have an id. Schemas are kept for good.
     */
    public static final String REGISTRY_CONFIG = RegistrySettings.URL_CONFIG;

    /** Setting: for how long one call waits for a registry that is away, in milliseconds; 10000 by default. */
    public static final String REGISTRY_WAIT_CONFIG = "skbstream.registry.wait.ms";

    private final Class<?> type;
    private RecordReader<T> reader;

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
        reader = readerOf(history, Optional.empty());
    }

    /**
     * Takes over {@link #SCHEMAS_CONFIG} and {@link #REGISTRY_CONFIG} with its relatives; nothing else matters here. Asks nobody yet.
     *
     * @throws org.apache.kafka.common.config.ConfigException if one of the files is no schema that today's classes can read, or
     *     a setting of the registry cannot be used
     */
    @Override
    public void configure(Map<String, ?> settings, boolean isKey) {
        reader = readerOf(SchemaHistory.configured(settings), RegistrySchemas.configured(settings));
    }

    private RecordReader<T> readerOf(SchemaHistory history, Optional<RegistrySchemas> registry) {
        return new RecordReader<>(history, registry, type.getSimpleName(), writer -> Optional.<Class<?>>of(
                        ContractModel.INSTANCE.getClass(writer))
                .filter(type::isAssignableFrom)
                .map(ContractModel.INSTANCE::getSchema)
                .map(schema -> new SpecificDatumReader<>(writer, schema, ContractModel.INSTANCE)));
    }

    /**
     * @throws SerializationException if the bytes have neither format, their schema is unknown or of another record, or the body
     *     is not exactly one record: such a record stays unreadable
     * @throws io.skbstream.schemas.registry.RegistryAwayException if the registry, which alone knows the schema, does not
     *     answer in time: the same record can be read later. Kafka's consumer throws it as the cause of a
     *     {@code RecordDeserializationException}
     * @throws io.skbstream.schemas.registry.RegistryRefusalException if it refuses to tell: likewise
     */
    @Override
    public T deserialize(String topic, byte[] data) {
        return data == null ? null : reader.read(topic, data);
    }

    /** From now on no call waits for a registry that is away, those that do included. Any thread. */
    @Override
    public void close() {
        reader.stopWaiting();
    }
}
