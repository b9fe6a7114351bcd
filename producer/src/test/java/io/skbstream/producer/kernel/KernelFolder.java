package io.skbstream.producer.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A kernel whose /proc and /sys are files in a folder; what is not written is not there. */
public record KernelFolder(Path root) {

    public KernelFolder with(String path, String text) {
        try {
            Path file = root.resolve(path.substring(1));
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public KernelFolder withRelease(String release) {
        return with("/proc/sys/kernel/osrelease", release + "\n");
    }

    public Kernel kernel() {
        return new Kernel(root);
    }
}
