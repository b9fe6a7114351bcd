package io.skbstream.schemas;

import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads records in Avro's single-object encoding (see {@link AvroSerializer}), written with any schema that was ever
 * released, into today's classes, and with newer ones that {@link #SCHEMAS_CONFIG} names: fields that these classes do not have
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

    private final Class<?> type;
    private SingleObjectReader<T> reader;

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
        reader = readerOf(history);
    }

    /**
     * Takes over {@link #SCHEMAS_CONFIG}; nothing else matters here.
     *
     * @throws org.apache.kafka.common.config.ConfigException if one of the files is no schema that today's classes can read
     */
    @Override
    public void configure(Map<String, ?> settings, boolean isKey) {
        reader = readerOf(SchemaHistory.configured(settings));
    }

    private SingleObjectReader<T> readerOf(SchemaHistory history) {
        return new SingleObjectReader<>(
                history, type.getSimpleName(), writer -> Optional.<Class<?>>of(ContractModel.INSTANCE.getClass(writer))
                        .filter(type::isAssignableFrom)
                        .map(ContractModel.INSTANCE::getSchema)
                        .map(schema -> new SpecificDatumReader<>(writer, schema, ContractModel.INSTANCE)));
    }

    /**
     * @throws SerializationException if the bytes are not single-object encoded, their schema is unknown or of another
     *     record, or the body is not exactly one record
     */
    @Override
    public T deserialize(String topic, byte[] data) {
        return data == null ? null : reader.read(topic, data);
    }
}
