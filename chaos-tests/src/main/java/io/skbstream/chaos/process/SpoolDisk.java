package io.skbstream.chaos.process;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * The disk that the spool lies on: a folder of the machine's own disk, or a small tmpfs that nobody else sees and that can be
 * filled up and made read-only. Used by one thread.
 */
public final class SpoolDisk implements AutoCloseable {

    private static final int PIECE = 64 * 1024;
    private static final String BALLAST = "ballast";

    private final MountNamespace mounts;
    private final Path mountPoint;
    private final boolean isTmpfs;

    private SpoolDisk(MountNamespace mounts, Path mountPoint, boolean isTmpfs) {
        this.mounts = mounts;
        this.mountPoint = mountPoint;
        this.isTmpfs = isTmpfs;
    }

    /** The machine's own disk. */
    public static SpoolDisk real(MountNamespace mounts, Path folder) throws IOException {
        return new SpoolDisk(mounts, Files.createDirectories(folder.resolve("disk")), false);
    }

    /** A tmpfs of so many bytes. */
    public static SpoolDisk tmpfs(MountNamespace mounts, Path folder, long bytes)
            throws IOException, InterruptedException {
        Path mountPoint = Files.createDirectories(folder.resolve("disk"));
        mounts.run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "chaos-spool", mountPoint.toString());
        return new SpoolDisk(mounts, mountPoint, true);
    }

    /** The spool's folder, as the agent sees it. */
    public Path spool() {
        return mountPoint.resolve("spool");
    }

    /** Size of all segment files in the spool, in bytes. */
    public long segmentBytes() {
        Path outside = isTmpfs ? mounts.outside(spool()) : spool();
        try (Stream<Path> files = Files.list(outside)) {
            return files.filter(file -> file.toString().matches(".*/\\d+\\.avro"))
                    .mapToLong(SpoolDisk::size)
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0; // not made yet
        }
    }

    /** Fills it up, so that no byte more fits. */
    public void fill() throws IOException {
        byte[] zeros = new byte[PIECE];
        for (int piece = PIECE; piece > 0; piece /= 16) {
            try (OutputStream ballast =
                    Files.newOutputStream(ballast(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    ballast.write(zeros, 0, piece);
                }
            } catch (IOException full) {
                // As was meant: now with smaller pieces.
            }
        }
    }

    /** Makes room again. */
    public void empty() throws IOException {
        Files.deleteIfExists(ballast());
    }

    /**
     * Makes everything under its path read-only. A file that is open stays writable: the kernel does not take a whole file
     * system read-only that has one, so a read-only view is mounted over it. It is made beside, where no agent can open a
     * file in between.
     */
    public void makeReadOnly() throws IOException, InterruptedException {
        Path beside = Files.createDirectories(mountPoint.resolveSibling("read-only-view"));
        mounts.run("mount", "--bind", mountPoint.toString(), beside.toString());
        mounts.run("mount", "-o", "remount,bind,ro", beside.toString());
        mounts.run("mount", "--move", beside.toString(), mountPoint.toString());
    }

    /** Makes it writable again. */
    public void makeWritable() throws IOException, InterruptedException {
        mounts.run("umount", "--lazy", mountPoint.toString());
    }

    @Override
    public void close() throws IOException {
        if (!isTmpfs) {
            return;
        }
        try {
            mounts.run("umount", "--lazy", mountPoint.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Path ballast() {
        return mounts.outside(mountPoint).resolve(BALLAST);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException gone) {
            return 0;
        }
    }
}
