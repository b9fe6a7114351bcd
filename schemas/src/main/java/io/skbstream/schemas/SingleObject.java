package io.skbstream.schemas;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * Avro's single-object encoding: a header that names the writer's schema, and the body.
 *
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#single-object-encoding">Avro, single-object encoding</a>
 */
public final class SingleObject {
    /** Length of the header: {@code C3 01}, and the schema's CRC-64-AVRO fingerprint, 8 bytes, little endian. */
    public static final int HEADER_BYTES = 10;

    private static final byte[] MARKER = {(byte) 0xC3, 0x01};

    private SingleObject() {}

    /** The header before each body that this schema has written; a new array. */
    public static byte[] header(Schema writer) {
        return ByteBuffer.allocate(HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MARKER)
                .putLong(SchemaNormalization.parsingFingerprint64(writer))
                .array();
    }

    /** Whether these bytes begin as a header does. */
    static boolean hasHeader(byte[] data) {
        return data.length >= HEADER_BYTES && data[0] == MARKER[0] && data[1] == MARKER[1];
    }

    /** The fingerprint in the header of the record that begins at {@code start}. */
    public static long fingerprint(byte[] data, int start) {
        return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getLong(start + MARKER.length);
    }
}
