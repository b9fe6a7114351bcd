package io.skbstream.demo.part;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A temporary folder for logs and for the parts' temporary files. It goes with this process even if that is killed: a
 * shell waits for the end of its stdin and removes it.
 */
public final class ScratchFolder implements AutoCloseable {
    private static final int REMOVAL_TIMEOUT_S = 10;

    private final Path path;
    private final Process remover;

    private ScratchFolder(Path path, Process remover) {
        this.path = path;
        this.remover = remover;
    }

    public static ScratchFolder create() throws IOException {
        Path path = Files.createTempDirectory("skbstream-demo-");
        var remover = new ProcessBuilder("setsid", "sh", "-c", "cat >/dev/null; rm -rf -- \"$0\"", path.toString());
        return new ScratchFolder(path, remover.start());
    }

    public Path path() {
        return path;
    }

    /** Removes the folder with all that is in it. May be repeated. */
    @Override
    public void close() throws IOException {
        remover.getOutputStream().close();
        try {
            remover.waitFor(REMOVAL_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
