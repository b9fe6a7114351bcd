package io.skbstream.producer.spool;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Arrays;

/**
 * Where the blocks of an Avro container file lie: count, size, data, sync marker. A block is whole if its sync marker is where
 * its size says; what is between whole blocks is passed over. One thread.
 *
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#object-container-files">Avro, object container files</a>
 */
final class Frames {

    static final int SYNC_BYTES = 16;

    /** Two numbers in Avro's longest form. */
    private static final int MAX_PREFIX_BYTES = 20;

    /** Far beyond any batch, and a bound for what a damaged count can say. */
    private static final long MAX_EVENTS = 1 << 24;

    private static final int SEARCH_BYTES = 1 << 16;

    /**
     * One whole block.
     *
     * @param start position of its first byte
     * @param end position behind its sync marker
     * @param events number of events that it says it has
     */
    record Frame(long start, long end, long events) {}

    private final RandomAccessFile file;
    private final long begin;
    private final byte[] sync;

    /** @param begin position of the first block */
    Frames(RandomAccessFile file, long begin, byte[] sync) {
        this.file = file;
        this.begin = begin;
        this.sync = sync;
    }

    long begin() {
        return begin;
    }

    /** The first whole block at or behind a position where a block may begin; null if there is none. */
    Frame next(long position) throws IOException {
        long at = Math.max(position, begin);
        while (at >= 0) {
            Frame frame = at(at);
            if (frame != null) {
                return frame;
            }
            at = behindSync(at);
        }
        return null;
    }

    private Frame at(long start) throws IOException {
        long length = file.length();
        byte[] prefix = new byte[(int) Math.max(0, Math.min(MAX_PREFIX_BYTES, length - start))];
        file.seek(start);
        file.readFully(prefix);
        int[] at = {0};
        long events = number(prefix, at);
        long size = number(prefix, at);
        long syncAt = start + at[0] + size;
        if (at[0] > prefix.length || events <= 0 || events > MAX_EVENTS || size <= 0 || size > length) {
            return null;
        }
        if (syncAt + SYNC_BYTES > length) {
            return null;
        }
        byte[] found = new byte[SYNC_BYTES];
        file.seek(syncAt);
        file.readFully(found);
        return Arrays.equals(found, sync) ? new Frame(start, syncAt + SYNC_BYTES, events) : null;
    }

    /** A zig-zag number; {@code at[0]} goes behind it, and beyond the end if it is not whole. */
    private static long number(byte[] bytes, int[] at) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE && at[0] < bytes.length; shift += 7) {
            byte next = bytes[at[0]++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        at[0] = bytes.length + 1;
        return 0;
    }

    /** Position behind the next sync marker that begins at or behind {@code from}; -1 if there is none. */
    private long behindSync(long from) throws IOException {
        long length = file.length();
        byte[] window = new byte[SEARCH_BYTES];
        for (long at = from; at + SYNC_BYTES <= length; at += SEARCH_BYTES - SYNC_BYTES + 1) {
            int filled = (int) Math.min(window.length, length - at);
            file.seek(at);
            file.readFully(window, 0, filled);
            for (int i = 0; i + SYNC_BYTES <= filled; i++) {
                if (window[i] == sync[0] && Arrays.equals(window, i, i + SYNC_BYTES, sync, 0, SYNC_BYTES)) {
                    return at + i + SYNC_BYTES;
                }
            }
        }
        return -1;
    }
}
