package io.skbstream.schemas;

import io.skbstream.avro.NetifReceive;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.ResolvingDecoder;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads of each {@link NetifReceive}, written with any schema that {@link AvroDeserializer} reads, only what identifies it: for whoever
 * counts events or drops duplicates, at a fraction of the cost. Avro skips the other fields. A null stays null. Once
 * configured, safe to share between threads.
 */
public final class EventIdDeserializer implements Deserializer<EventId> {
    private static final String EVENT = NetifReceive.class.getSimpleName();
    private static final Schema ID = SchemaBuilder.record(EVENT)
            .namespace(NetifReceive.class.getPackageName())
            .fields()
            .requiredString("host")
            .requiredLong("session")
            .requiredInt("cpu")
            .requiredLong("seq")
            .endRecord();

    private RecordReader<EventId> reader;

    public EventIdDeserializer() {
        this(SchemaHistory.RELEASED);
    }

    EventIdDeserializer(SchemaHistory history) {
        reader = readerOf(history, Optional.empty());
    }

    /** Takes over settings as {@link AvroDeserializer#configure} does. */
    @Override
    public void configure(Map<String, ?> settings, boolean isKey) {
        reader = readerOf(SchemaHistory.configured(settings), RegistrySchemas.configured(settings));
    }

    private static RecordReader<EventId> readerOf(SchemaHistory history, Optional<RegistrySchemas> registry) {
        return new RecordReader<>(
                history,
                registry,
                EVENT,
                writer -> writer.getFullName().equals(ID.getFullName())
                        ? Optional.of(new IdReader(writer))
                        : Optional.empty());
    }

    /**
     * @throws SerializationException if the bytes have neither format, their schema is unknown or of another record, the body
     *     is not exactly one record, or it has a negative number where none can be
     * @throws org.apache.kafka.common.errors.ApiException as {@link AvroDeserializer#deserialize} does
     */
    @Override
    public EventId deserialize(String topic, byte[] data) {
        return data == null ? null : reader.read(topic, data);
    }

    /** From now on no call waits for a registry that is away, those that do included. Any thread. */
    @Override
    public void close() {
        reader.stopWaiting();
    }

    /** Avro's resolution of the two schemas, without a generic record in between. */
    private static final class IdReader extends GenericDatumReader<EventId> {
        private IdReader(Schema writer) {
            super(writer, ID, new GenericData().setFastReaderEnabled(false)); // which would not come to readRecord
        }

        @Override
        protected Object readRecord(Object old, Schema expected, ResolvingDecoder in) throws IOException {
            String host = null;
            long session = 0;
            int cpu = 0;
            long seq = 0;
            for (Schema.Field field : in.readFieldOrder()) {
                switch (field.pos()) {
                    case 0 -> host = in.readString();
                    case 1 -> session = in.readLong();
                    case 2 -> cpu = in.readInt();
                    default -> seq = in.readLong();
                }
            }
            if (cpu < 0 || seq < 0) {
                throw new IOException("cpu " + cpu + ", seq " + seq + ": neither is ever negative");
            }
            return new EventId(host, session, cpu, seq);
        }
    }
}
