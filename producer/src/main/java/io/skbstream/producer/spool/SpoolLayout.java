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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    /** In digits of any language: agents used to write those of the user's. A number of more than a char each has none. */
    private static final Pattern SEGMENT = Pattern.compile(".*/([\\p{Nd}&&[\\x00-\\uffff]]{12,18})\\.avro");

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
        return folder.resolve(String.format(Locale.ROOT, "%012d.avro", number));
    }

    /**
     * Every segment file that is there, by number. One with digits of another language has a number behind all others if the account
     * takes its own for settled, or another file has that: agents that could not read these names gave the numbers once more.
     */
    SortedMap<Long, Path> segments(AccountFile account) throws IOException {
        SortedMap<Long, Path> segments = new TreeMap<>();
        List<Path> misnamed = new ArrayList<>();
        long next = account.end();
        for (Path file : files()) {
            long number = number(file);
            next = Math.max(next, number + 1);
            if (file.equals(segment(number))) {
                segments.put(number, file);
            } else {
                misnamed.add(file);
            }
        }
        misnamed.sort(Comparator.comparingLong(SpoolLayout::number).thenComparing(Comparator.naturalOrder()));
        for (Path file : misnamed) {
            long number = number(file);
            boolean isTaken = segments.containsKey(number) || account.isSettled(number);
            segments.put(isTaken ? next++ : number, file);
        }
        return segments;
    }

    /** The same, once each has the name of its number. For the holder of the lock. */
    SortedMap<Long, Path> renamedSegments(AccountFile account) throws IOException {
        SortedMap<Long, Path> segments = segments(account);
        for (Map.Entry<Long, Path> file : segments.entrySet()) {
            Path name = segment(file.getKey());
            if (!file.getValue().equals(name)) {
                Files.move(file.getValue(), name);
                file.setValue(name);
            }
        }
        return segments;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> name(file).matches()).toList();
        }
    }

    private static long number(Path file) {
        Matcher name = name(file);
        return name.matches() ? Long.parseLong(name.group(1)) : -1;
    }

    /** By the bytes of the name, which Java reads otherwise in a locale that is not UTF-8. */
    private static Matcher name(Path file) {
        return SEGMENT.matcher(file.toUri().getPath());
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
