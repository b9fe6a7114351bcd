package io.skbstream.schemas;

import java.util.Optional;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads records in Avro's single-object encoding (see {@link AvroSerializer}), written with any schema that was ever
 * released, into today's classes. A null stays null, a tombstone. Safe to share between threads.
 *
 * @param <T> class of the records
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {
    private final SingleObjectReader<T> reader;

    /** For every record of the contract, told apart by fingerprint; also meant for {@code value.deserializer}. */
    public AvroDeserializer() {
        this(SpecificRecord.class, SchemaHistory.RELEASED);
    }

    /** For records of one class: any other is refused. */
    public AvroDeserializer(Class<T> type) {
        this(type, SchemaHistory.RELEASED);
    }

    AvroDeserializer(Class<?> type, SchemaHistory history) {
        reader = new SingleObjectReader<>(
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
