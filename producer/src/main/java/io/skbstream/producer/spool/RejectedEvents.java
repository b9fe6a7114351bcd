package io.skbstream.producer.spool;

import io.skbstream.avro.NetifReceive;
import io.skbstream.clients.SystemFailure;
import io.skbstream.producer.event.EncodedEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events that Kafka refused for good, kept for a person to look at: one Avro container file for each session and reason, and
 * together no more than a bound. Any thread.
 */
final class RejectedEvents implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RejectedEvents.class);
    private static final String REASON = "skbstream.reason";
    private static final long MAX_BYTES = 64 << 20;

    /** Which file: a second one, if an older agent's schema or an earlier agent's file is there. */
    private record Key(String host, long session, String reason, Schema writer) {}

    private final Path folder;
    private final Map<Key, SegmentWriter> writers = new HashMap<>();
    private long bytes = -1;
    private boolean told;

    RejectedEvents(Path folder) {
        this.folder = folder;
    }

    void keep(String host, long session, EncodedEvents events, BitSet which, String reason) {
        keep(new Key(host, session, reason, NetifReceive.getClassSchema()), events, which);
    }

    void keep(SpooledBlock block, BitSet which, String reason) {
        keep(new Key(block.host(), block.session(), reason, block.writer()), block, which);
    }

    private synchronized void keep(Key key, EncodedEvents events, BitSet which) {
        if (which != null && which.isEmpty() || events.size() == 0) {
            return;
        }
        try {
            if (bytes < 0) {
                bytes = size();
            }
            SegmentWriter writer = writer(key);
            int more = writer == null ? 0 : writer.encode(events, which);
            if (writer == null || bytes + more > MAX_BYTES) {
                bytes = -1; // to be measured again: others may delete
                tell("it has reached its bound of " + (MAX_BYTES >> 20) + " MiB; delete what was looked at");
                return;
            }
            writer.write();
            bytes += more;
        } catch (IOException failed) {
            tell(SystemFailure.inWords(failed));
        }
    }

    /** Null if there is no room for another. */
    private SegmentWriter writer(Key key) throws IOException {
        SegmentWriter writer = writers.get(key);
        if (writer != null && !Files.exists(writer.path())) { // somebody has looked at it, and deleted it
            writer.close();
            writers.remove(key);
            writer = null;
            bytes = size();
            told = false;
        }
        if (writer == null && bytes < MAX_BYTES) {
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(folder, SpoolLayout.FOLDER);
            }
            writer = SegmentWriter.create(
                    free(key),
                    key.writer(),
                    Map.of(
                            SegmentReader.HOST,
                            key.host(),
                            SegmentReader.SESSION,
                            Long.toString(key.session()),
                            REASON,
                            key.reason()));
            bytes += writer.bytes();
            writers.put(key, writer);
        }
        return writer;
    }

    private Path free(Key key) {
        String name = (key.host() + "-" + key.session() + "-" + key.reason()).replaceAll("[^A-Za-z0-9._-]", "_");
        Path path = folder.resolve(name + ".avro");
        for (int i = 2; Files.exists(path); i++) {
            path = folder.resolve(name + "-" + i + ".avro");
        }
        return path;
    }

    private long size() throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        long sum = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                sum += Files.size(file);
            }
        }
        return sum;
    }

    private void tell(String why) {
        if (!told) {
            told = true;
            LOG.warn("events that Kafka refuses are counted, but no longer kept in {}: {}", folder, why);
        }
    }

    @Override
    public synchronized void close() {
        writers.values().forEach(SegmentWriter::close);
        writers.clear();
    }

    /** The files that are there, by name. */
    static List<Path> files(SpoolLayout layout) throws IOException {
        if (!Files.isDirectory(layout.rejected())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(layout.rejected())) {
            return files.filter(file -> file.toString().endsWith(".avro"))
                    .sorted()
                    .toList();
        }
    }

    /** Why Kafka refused the events in a file. */
    static String reason(Path file) throws IOException {
        try (SegmentReader reader = SegmentReader.open(file)) {
            return reader.metadata(REASON);
        }
    }
}
