package io.skbstream.producer.spool;

import io.skbstream.clients.NativeLibrary;
import io.skbstream.clients.NativeLibraryException;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.event.EncodedEvents;
import io.skbstream.schemas.SingleObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;

/**
 * Writes one Avro container file, block by block: {@link #encode}, then {@link #write}. Not safe for threads, but for {@link
 * #sync} and {@link #close}.
 *
 * <p>Files are written through {@link RandomAccessFile}: a channel would close itself when its thread is interrupted.
 */
final class SegmentWriter implements AutoCloseable {

    private static final int ZSTD_LEVEL = 3;
    private static final boolean CHECKSUM = true;
    private static final int NO_BLOCK_BY_ITSELF = 1 << 30;

    private final Path path;
    private final RandomAccessFile file;
    private Block block = new Block();
    private DataFileWriter<Object> avro;
    private long bytes;
    private volatile boolean dirty;
    private volatile boolean closed;

    private SegmentWriter(Path path, RandomAccessFile file, Schema schema, Map<String, String> metadata)
            throws IOException {
        this.path = path;
        this.file = file;
        this.avro = new DataFileWriter<>(new GenericDatumWriter<>(schema))
                .setCodec(CodecFactory.zstandardCodec(ZSTD_LEVEL, CHECKSUM));
        metadata.forEach(avro::setMeta);
        avro.create(schema, block);
        avro.setSyncInterval(NO_BLOCK_BY_ITSELF); // only now: create() would allocate as much
        avro.flush();
        write();
    }

    /**
     * Loads what the first block, written or read, would otherwise have to wait for: classes, and the native library of zstd.
     *
     * @throws AgentException if that library cannot be loaded
     */
    static void load() {
        try {
            NativeLibrary.start("zstd, which compresses the spool", SegmentWriter::compressNothing);
        } catch (NativeLibraryException refused) {
            throw new AgentException(refused.getMessage(), refused);
        }
    }

    private static boolean compressNothing() {
        try (DataFileWriter<Object> nowhere = new DataFileWriter<>(new GenericDatumWriter<>())) {
            nowhere.setCodec(CodecFactory.zstandardCodec(ZSTD_LEVEL, CHECKSUM))
                    .create(Schema.create(Schema.Type.NULL), OutputStream.nullOutputStream())
                    .append(null);
            return true;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Makes a new file with its header; when that fails, there is none. */
    static SegmentWriter create(Path path, Schema schema, Map<String, String> metadata) throws IOException {
        Files.createFile(path, SpoolLayout.FILE);
        RandomAccessFile file = null;
        try {
            file = new RandomAccessFile(path.toFile(), "rw");
            return new SegmentWriter(path, file, schema, metadata);
        } catch (IOException | RuntimeException failed) {
            if (file != null) {
                file.close();
            }
            Files.deleteIfExists(path);
            throw failed;
        }
    }

    /**
     * Compresses events into a block in memory.
     *
     * @param which null for all
     * @return the bytes that {@link #write} would add to the file
     */
    int encode(EncodedEvents events, BitSet which) throws IOException {
        block.reset();
        ByteBuffer body = ByteBuffer.wrap(events.bytes());
        int at = which == null ? 0 : which.nextSetBit(0);
        while (at >= 0 && at < events.size()) {
            body.limit(events.end(at))
                    .position(events.start(at) + SingleObject.HEADER_BYTES); // the file names the schema once
            avro.appendEncoded(body);
            at = which == null ? at + 1 : which.nextSetBit(at + 1);
        }
        avro.flush();
        return block.size();
    }

    /** Adds the block; when that fails, cuts the file back to what it was, as far as the disk lets it. */
    void write() throws IOException {
        try {
            file.write(block.array(), 0, block.size());
            bytes += block.size();
            dirty = true;
        } catch (IOException failed) {
            try {
                file.setLength(bytes);
            } catch (IOException stays) { // a torn tail, which readers pass over
                failed.addSuppressed(stays);
            }
            throw failed;
        }
    }

    /** Forces to the disk what was written since the last time; any thread. */
    void sync() throws IOException {
        if (!dirty || closed) {
            return;
        }
        dirty = false;
        try {
            file.getFD().sync();
        } catch (IOException failed) {
            if (!closed) { // by another thread, which found it to be of no use
                throw failed;
            }
        }
    }

    Path path() {
        return path;
    }

    /** Length of the file up to its last whole block. */
    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        closed = true;
        block = null; // segments wait by the hundred, and their buffers need not
        avro = null;
        try {
            file.close();
        } catch (IOException noMatter) {
            // What was written, or was not, does not change.
        }
    }

    /** The array itself, and not a copy. */
    private static final class Block extends ByteArrayOutputStream {
        byte[] array() {
            return buf;
        }
    }
}
