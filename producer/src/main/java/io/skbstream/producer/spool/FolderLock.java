package io.skbstream.producer.spool;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.skbstream.clients.SystemFailure;
import io.skbstream.producer.AgentException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The claim of one agent on its spool folder; gone with the process, however that ends. */
final class FolderLock implements AutoCloseable {

    /** What this process holds: closing any other channel to the file would give up the lock (fcntl(2)). */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path held;
    private final FileChannel channel;

    private FolderLock(Path held, FileChannel channel) {
        this.held = held;
        this.channel = channel;
    }

    /**
     * Makes the folder when it is missing, and locks it.
     *
     * @throws AgentException if that cannot be, with the reason
     */
    static FolderLock take(SpoolLayout layout) {
        Path folder = layout.folder();
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, SpoolLayout.FOLDER);
            }
            Path held = folder.toRealPath();
            if (!HELD.add(held)) {
                throw inUse(folder);
            }
            try {
                FileChannel channel = FileChannel.open(layout.lock(), Set.of(CREATE, WRITE), SpoolLayout.FILE);
                if (channel.tryLock() == null) {
                    channel.close();
                    throw inUse(folder);
                }
                return new FolderLock(held, channel);
            } catch (IOException | RuntimeException notLocked) {
                HELD.remove(held);
                throw notLocked;
            }
        } catch (IOException refused) {
            throw unusable(folder, refused);
        }
    }

    /** What the user reads when the folder cannot be used. */
    static AgentException unusable(Path folder, IOException why) {
        return new AgentException(
                "cannot use the spool folder " + folder + ": "
                        + SystemFailure.inWords(why, "name another folder with --spool-dir"),
                why);
    }

    /** Whether some process holds the lock of that folder, as far as the kernel shows it; asking does not disturb anyone. */
    static boolean isTaken(SpoolLayout layout) {
        try (Stream<String> locks = Files.lines(Path.of("/proc/locks"))) {
            String inode = ":" + Files.getAttribute(layout.lock(), "unix:ino") + " ";
            return locks.anyMatch(line -> line.contains(inode) && line.contains(" WRITE "));
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException noMatter) {
            // The lock goes with the channel, or else with the process.
        }
        HELD.remove(held);
    }

    private static AgentException inUse(Path folder) {
        return new AgentException("the spool folder " + folder
                + " belongs to another agent that is running; give each agent a folder of its own with --spool-dir");
    }
}
