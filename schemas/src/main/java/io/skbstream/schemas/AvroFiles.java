package io.skbstream.schemas;

import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * For Avro's {@code DataFileReader} and {@code DataFileWriter}: container files of skbstream's records. Needs no setting that
 * trusts the generated classes, which Avro's own {@code SpecificDatumReader} asks for since 1.12.2.
 */
public final class AvroFiles {
    private AvroFiles() {}

    /** Reads records into the class of today, whatever released schema the file was written with. One thread. */
    public static <T extends SpecificRecord> DatumReader<T> reader(Class<T> type) {
        return new SpecificDatumReader<>(null, ContractModel.INSTANCE.getSchema(type), ContractModel.INSTANCE);
    }

    /** Writes records of one class. One thread. */
    public static <T extends SpecificRecord> DatumWriter<T> writer(Class<T> type) {
        return new SpecificDatumWriter<>(ContractModel.INSTANCE.getSchema(type), ContractModel.INSTANCE);
    }

    /** Whether a schema is one that {@link AvroDeserializer} knows. */
    public static boolean isReleased(Schema schema) {
        return SchemaHistory.RELEASED.byFingerprint().containsKey(SchemaNormalization.parsingFingerprint64(schema));
    }

    /**
     * A deep copy, to be changed with {@link SpecificRecord#put(int, Object)}: the builders that begin with a record need that
     * same trust.
     */
    public static <T extends SpecificRecord> T copy(T record) {
        return ContractModel.INSTANCE.deepCopy(record.getSchema(), record);
    }
}
