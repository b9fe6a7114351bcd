package io.skbstream.schemas;

import java.nio.ByteBuffer;

/**
 * The wire format of Confluent's schema registry: a header that names the writer's schema by its id there, and the body, which
 * is the same as behind {@link SingleObject}'s header.
 *
 * <pre>
 * 0     1               5
 * +-----+---------------+------
 * | 0   | id            | body
 * +-----+---------------+------
 *         big endian
 * </pre>
 *
 * @see <a href="https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format">wire format</a>
 */
public final class ConfluentFormat {
    /** Length of the header. */
    public static final int HEADER_BYTES = 5;

    private static final byte MARKER = 0;

    private ConfluentFormat() {}

    /** The header before each body that the schema with this id has written; a new array. */
    public static byte[] header(int id) {
        return ByteBuffer.allocate(HEADER_BYTES).put(MARKER).putInt(id).array();
    }

    /** A record that is single-object encoded in {@code [start, end)} of {@code from}, with this header instead of its own. */
    public static byte[] reheaded(byte[] header, byte[] from, int start, int end) {
        int body = end - start - SingleObject.HEADER_BYTES;
        byte[] to = new byte[header.length + body];
        System.arraycopy(header, 0, to, 0, header.length);
        System.arraycopy(from, start + SingleObject.HEADER_BYTES, to, header.length, body);
        return to;
    }

    /** Whether these bytes begin as a header does. */
    static boolean hasHeader(byte[] data) {
        return data.length >= HEADER_BYTES && data[0] == MARKER;
    }

    /** The id in the header of these bytes. */
    static int id(byte[] data) {
        return ByteBuffer.wrap(data).getInt(1);
    }
}
