package io.skbstream.producer.spool;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names in a spool folder. Everything is for its owner alone: events hold names of processes.
 *
 * <pre>
 * lock                 held by the agent that the folder belongs to
 * 000000000042.avro    a segment; the numbers only grow
 * account.avro         the ledgers of sessions, and up to where segments are settled
 * reserve              room for the next account on a disk that is full
 * rejected/            events that Kafka refused for good
 * schema-ids.json      ids that a schema registry gave
 * </pre>
 *
 * @param folder the spool folder
 */
record SpoolLayout(Path folder) {

    static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    static final FileAttribute<Set<PosixFilePermission>> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final Pattern SEGMENT = Pattern.compile("(\\d{12,18})\\.avro");

    Path lock() {
        return folder.resolve("lock");
    }

    Path account() {
        return folder.resolve("account.avro");
    }

    Path schemaIds() {
        return folder.resolve("schema-ids.json");
    }

    /** A file while it is being written. */
    static Path next(Path file) {
        return file.resolveSibling(file.getFileName() + ".next");
    }

    Path reserve() {
        return folder.resolve("reserve");
    }

    Path rejected() {
        return folder.resolve("rejected");
    }

    Path segment(long number) {
        return folder.resolve("%012d.avro".formatted(number));
    }

    /** Every segment file that is there, by number. */
    SortedMap<Long, Path> segments() throws IOException {
        SortedMap<Long, Path> segments = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> {
                Matcher name = SEGMENT.matcher(file.getFileName().toString());
                if (name.matches()) {
                    segments.put(Long.parseLong(name.group(1)), file);
                }
            });
        }
        return segments;
    }

    /**
     * Puts a whole new file in the place of another.
     *
     * @param force whether it must outlive a loss of power too, and not only of this process
     */
    void replace(Path file, byte[] content, boolean force) throws IOException {
        Path next = next(file);
        Files.deleteIfExists(next);
        Files.createFile(next, FILE);
        try (FileOutputStream out = new FileOutputStream(next.toFile())) {
            out.write(content);
            if (force) {
                out.getFD().sync();
            }
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        if (force) {
            sync();
        }
    }

    /** Forces names to the disk: which files there are. A thread that is being interrupted does it nevertheless. */
    void sync() throws IOException {
        boolean interrupted = Thread.interrupted();
        try (FileChannel channel = FileChannel.open(folder)) {
            channel.force(true);
        } catch (ClosedByInterruptException again) {
            Thread.interrupted();
            interrupted = true;
            try (FileChannel channel = FileChannel.open(folder)) {
                channel.force(true);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
