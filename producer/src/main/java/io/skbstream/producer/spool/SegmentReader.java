package io.skbstream.producer.spool;

import io.skbstream.schemas.AvroFiles;
import io.skbstream.schemas.SingleObject;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.SeekableInput;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads one segment block by block, and trusts no length in it: a file that was torn or damaged is an {@link IOException} and never
 * an allocation of gigabytes. One thread.
 */
final class SegmentReader implements AutoCloseable {

    static final String HOST = "skbstream.host";
    static final String SESSION = "skbstream.session";

    private static final String TIMESTAMP = "timestamp";

    /** A header holds the schema, about 5 KiB. */
    private static final int MAX_HEADER_BYTES = 1 << 18;

    private static final byte[] MAGIC = {'O', 'b', 'j', 1};

    private final RandomAccessFile file;
    private final DataFileReader<Object> avro;
    private final Frames frames;
    private final Schema writer;
    private final byte[] eventHeader;
    private final String host;
    private final long session;

    private SegmentReader(RandomAccessFile file) throws IOException {
        this.file = file;
        try {
            Map<String, byte[]> metadata = new HashMap<>();
            this.frames = header(metadata);
            file.seek(0);
            this.avro = new DataFileReader<>(new Input(), new GenericDatumReader<>());
            this.writer = avro.getSchema();
            this.host = text(metadata, HOST);
            this.session = Long.parseLong(text(metadata, SESSION));
            this.eventHeader = SingleObject.header(writer);
            if (!AvroFiles.isReleased(writer) || writer.getField(TIMESTAMP) == null) {
                throw new IOException("its schema is not known here: it is damaged, or a newer agent's");
            }
        } catch (RuntimeException damaged) {
            throw new IOException("its header is damaged: " + damaged.getMessage(), damaged);
        }
    }

    /**
     * @throws NoSuchFileException if it is not there
     * @throws FileNotFoundException if it cannot be opened, as with too many open files
     * @throws EOFException if it ends within its header
     * @throws IOException if its header is damaged, or says that it is something else
     */
    static SegmentReader open(Path path) throws IOException {
        RandomAccessFile file;
        try {
            file = new RandomAccessFile(path.toFile(), "r");
        } catch (FileNotFoundException unopened) {
            throw Files.exists(path) ? unopened : new NoSuchFileException(path.toString());
        }
        try {
            return new SegmentReader(file);
        } catch (IOException | RuntimeException failed) {
            file.close();
            throw failed;
        }
    }

    String host() {
        return host;
    }

    long session() {
        return session;
    }

    /** Schema that the file was written with. */
    Schema writer() {
        return writer;
    }

    /** A value of its header; empty if it lacks it. */
    String metadata(String key) {
        String value = avro.getMetaString(key);
        return value == null ? "" : value;
    }

    /** Where its blocks begin, and which there are. */
    Frames frames() {
        return frames;
    }

    /** Current length of the file. */
    long length() throws IOException {
        return file.length();
    }

    /** @throws IOException if what is in the block is not what its frame says */
    SpooledBlock read(Frames.Frame frame) throws IOException {
        try {
            avro.seek(frame.start());
            ByteBuffer body = avro.nextBlock();
            if (avro.getBlockCount() != frame.events() || frame.events() > body.remaining()) {
                throw new IOException("it does not hold the " + frame.events() + " events that it says");
            }
            return split(body, (int) frame.events());
        } catch (RuntimeException damaged) {
            throw new IOException(damaged.getMessage(), damaged);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException noMatter) {
            // It was only read.
        }
    }

    /** Where each event ends is found by skipping through it; its bytes stay as they are. */
    private SpooledBlock split(ByteBuffer body, int events) throws IOException {
        byte[] array = body.array();
        int from = body.arrayOffset() + body.position();
        int length = body.remaining();
        BinaryDecoder in = DecoderFactory.get().binaryDecoder(array, from, length, null);
        byte[] bytes = new byte[Math.addExact(length, Math.multiplyExact(events, eventHeader.length))];
        int[] ends = new int[events];
        long[] timestampsMs = new long[events];
        int start = 0;
        int to = 0;
        for (int i = 0; i < events; i++) {
            for (Schema.Field field : writer.getFields()) {
                if (field.name().equals(TIMESTAMP)) {
                    timestampsMs[i] = in.readLong() / 1_000_000;
                } else {
                    GenericDatumReader.skip(field.schema(), in);
                }
            }
            int end = length - in.inputStream().available();
            System.arraycopy(eventHeader, 0, bytes, to, eventHeader.length);
            System.arraycopy(array, from + start, bytes, to + eventHeader.length, end - start);
            to += eventHeader.length + end - start;
            start = end;
            ends[i] = to;
        }
        if (start != length) {
            throw new IOException("bytes are left over behind its events");
        }
        return new SpooledBlock(host, session, writer, bytes, ends, timestampsMs);
    }

    private Frames header(Map<String, byte[]> metadata) throws IOException {
        if (file.length() < MAGIC.length) {
            throw new EOFException("it ends within its header");
        }
        byte[] start = new byte[(int) Math.min(file.length(), MAX_HEADER_BYTES)];
        file.seek(0);
        file.readFully(start);
        if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new IOException("it does not begin as an Avro container file");
        }
        BinaryDecoder in = DecoderFactory.get().binaryDecoder(start, MAGIC.length, start.length - MAGIC.length, null);
        for (long entries = in.readMapStart(); entries > 0; entries = in.mapNext()) {
            for (long i = 0; i < entries; i++) {
                String key = in.readString();
                ByteBuffer value = in.readBytes(null);
                byte[] copy = new byte[value.remaining()];
                value.get(copy);
                metadata.put(key, copy);
            }
        }
        byte[] sync = new byte[Frames.SYNC_BYTES];
        in.readFixed(sync);
        return new Frames(file, start.length - in.inputStream().available(), sync);
    }

    private static String text(Map<String, byte[]> metadata, String key) throws IOException {
        byte[] value = metadata.get(key);
        if (value == null) {
            throw new IOException("its header lacks " + key);
        }
        return new String(value, StandardCharsets.UTF_8);
    }

    /** A channel would close itself when its thread is interrupted, and events would seem unreadable. */
    private final class Input implements SeekableInput {
        @Override
        public void seek(long position) throws IOException {
            file.seek(position);
        }

        @Override
        public long tell() throws IOException {
            return file.getFilePointer();
        }

        @Override
        public long length() throws IOException {
            return file.length();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return file.read(bytes, offset, length);
        }

        @Override
        public void close() {
            // The reader around it closes the file.
        }
    }
}
