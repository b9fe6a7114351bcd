package io.skbstream.producer.spool;

import io.skbstream.schemas.SingleObject;
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
 * @param begin position of the first block
 * @param end position behind the last whole block
 * @param length length of the file
 * @param blocks whole blocks
 * @param events events in them
 * @param ratio uncompressed bytes for each compressed one, in the blocks that were decoded; 0 if none was
 * @param oldestMs when the first event happened, in milliseconds since the Unix epoch
 * @param newestMs the same of the last one
 */
record SegmentScan(
        long number,
        Path path,
        String host,
        long session,
        long from,
        long begin,
        long end,
        long length,
        long blocks,
        long events,
        double ratio,
        long oldestMs,
        long newestMs) {

    /** Receives the blocks of a segment in order. */
    interface Visitor {
        /** @return whether to go on */
        boolean block(Frames.Frame frame, SpooledBlock block) throws IOException;

        /** In place of {@link #block}. */
        default void unreadable(Frames.Frame frame, IOException why) {}
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
            SpooledBlock firstBlock = readOrNull(in, first);
            SpooledBlock lastBlock = first == last ? firstBlock : readOrNull(in, last);
            long written = Files.getLastModifiedTime(path).toMillis();
            return new SegmentScan(
                    number,
                    path,
                    in.host(),
                    in.session(),
                    from,
                    in.frames().begin(),
                    Math.min(end, in.length()),
                    in.length(),
                    blocks,
                    events,
                    firstBlock == null ? 0 : (double) bytes(firstBlock) / (first.end() - first.start()),
                    firstBlock == null ? written : firstBlock.timestampMs(0),
                    lastBlock == null ? written : lastBlock.timestampMs(lastBlock.size() - 1));
        }
    }

    /** The same file with every block decoded: counts are those of the events that are really there. */
    SegmentScan deep() throws IOException {
        return deep((frame, block) -> true);
    }

    /** The same, and shows each block. */
    SegmentScan deep(Visitor visitor) throws IOException {
        long readable = 0;
        long count = 0;
        long compressed = 0;
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
                    visitor.unreadable(frame, why);
                    continue;
                }
                if (!visitor.block(frame, block)) {
                    break;
                }
                readable++;
                count += block.size();
                compressed += frame.end() - frame.start();
                bytes += bytes(block);
                oldest = Math.min(oldest, block.timestampMs(0));
                newest = Math.max(newest, block.timestampMs(block.size() - 1));
            }
        }
        return new SegmentScan(
                number,
                path,
                host,
                session,
                from,
                begin,
                end,
                length,
                readable,
                count,
                compressed == 0 ? 0 : (double) bytes / compressed,
                oldest,
                newest);
    }

    private static SpooledBlock readOrNull(SegmentReader in, Frames.Frame frame) {
        try {
            return frame == null ? null : in.read(frame);
        } catch (IOException damaged) {
            return null;
        }
    }

    /** As the file would hold them without compression. */
    private static long bytes(SpooledBlock block) {
        return block.end(block.size() - 1) - (long) block.size() * SingleObject.HEADER_BYTES;
    }
}
