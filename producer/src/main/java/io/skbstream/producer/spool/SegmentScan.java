package io.skbstream.producer.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is in a segment file; immutable.
 *
 * @param number number of the segment
 * @param path its file
 * @param host its {@code skbstream.host}
 * @param session its {@code skbstream.session}
 * @param from position from which it was looked at
 * @param end position behind the last whole block
 * @param length length of the file
 * @param blocks whole blocks
 * @param events events in them
 * @param unreadable blocks that are whole and cannot be decoded; not among the above
 * @param encodedBytes size of the events in single-object encoding, uncompressed; 0 if only the frames were looked at
 * @param oldestMs when the first event happened, in milliseconds since the Unix epoch
 * @param newestMs the same of the last one
 */
record SegmentScan(
        long number,
        Path path,
        String host,
        long session,
        long from,
        long end,
        long length,
        long blocks,
        long events,
        long unreadable,
        long encodedBytes,
        long oldestMs,
        long newestMs) {

    /** Receives the blocks of a segment in order. */
    interface Visitor {
        void block(Frames.Frame frame, SpooledBlock block) throws IOException;

        /** In place of {@link #block}. */
        default void unreadable(Frames.Frame frame, IOException why) throws IOException {}
    }

    /** Counts by frames: decodes the first and the last block only, for their times. */
    static SegmentScan quick(long number, Path path, long from) throws IOException {
        try (SegmentReader in = SegmentReader.open(path)) {
            long blocks = 0;
            long events = 0;
            Frames.Frame first = null;
            Frames.Frame last = null;
            for (Frames.Frame frame = in.frames().next(from);
                    frame != null;
                    frame = in.frames().next(frame.end())) {
                first = first == null ? frame : first;
                last = frame;
                blocks++;
                events += frame.events();
            }
            long end = last == null ? Math.max(from, in.frames().begin()) : last.end();
            long written = Files.getLastModifiedTime(path).toMillis();
            return new SegmentScan(
                    number,
                    path,
                    in.host(),
                    in.session(),
                    from,
                    Math.min(end, in.length()),
                    in.length(),
                    blocks,
                    events,
                    0,
                    0,
                    time(in, first, true, written),
                    time(in, last, false, written));
        }
    }

    /** The same file with every block decoded: counts are those of the events that are really there. */
    SegmentScan deep() throws IOException {
        return deep((frame, block) -> {});
    }

    /** The same, and shows each block. */
    SegmentScan deep(Visitor visitor) throws IOException {
        long readable = 0;
        long damaged = 0;
        long count = 0;
        long bytes = 0;
        long oldest = Long.MAX_VALUE;
        long newest = Long.MIN_VALUE;
        try (SegmentReader in = SegmentReader.open(path)) {
            for (Frames.Frame frame = in.frames().next(from);
                    frame != null && frame.end() <= end;
                    frame = in.frames().next(frame.end())) {
                SpooledBlock block;
                try {
                    block = in.read(frame);
                } catch (IOException why) {
                    damaged++;
                    visitor.unreadable(frame, why);
                    continue;
                }
                readable++;
                count += block.size();
                bytes += block.end(block.size() - 1);
                oldest = Math.min(oldest, block.timestampMs(0));
                newest = Math.max(newest, block.timestampMs(block.size() - 1));
                visitor.block(frame, block);
            }
        }
        return new SegmentScan(
                number, path, host, session, from, end, length, readable, count, damaged, bytes, oldest, newest);
    }

    private static long time(SegmentReader in, Frames.Frame frame, boolean first, long fallback) {
        if (frame == null) {
            return fallback;
        }
        try {
            SpooledBlock block = in.read(frame);
            return block.timestampMs(first ? 0 : block.size() - 1);
        } catch (IOException damaged) {
            return fallback;
        }
    }
}
