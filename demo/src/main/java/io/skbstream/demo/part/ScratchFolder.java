package io.skbstream.demo.part;

import io.skbstream.clients.SystemFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A temporary folder for all that the parts write. It goes with the last of them even if this process is killed: a shell
 * waits for the end of its stdin, then for the lock that each part holds on the folder, and removes it.
 */
public final class ScratchFolder implements AutoCloseable {
    private static final String REMOVE_WHEN_ALONE =
            "cat >/dev/null; flock --exclusive --timeout 60 \"$0\" true; rm -rf -- \"$0\"";
    private static final int REMOVAL_TIMEOUT_S = 60;

    private final Path path;
    private final Process remover;

    private ScratchFolder(Path path, Process remover) {
        this.path = path;
        this.remover = remover;
    }

    public static ScratchFolder create() throws IOException {
        Path path = Files.createTempDirectory("skbstream-demo-");
        try {
            return new ScratchFolder(
                    path, new ProcessBuilder("setsid", "sh", "-c", REMOVE_WHEN_ALONE, path.toString()).start());
        } catch (IOException e) {
            Files.delete(path);
            throw new PartException(
                    "cannot run setsid: "
                            + SystemFailure.inWords(e)
                            + (SystemFailure.of(e) == SystemFailure.MISSING
                                    ? "; install util-linux, which has setsid, setpriv and flock"
                                    : ""),
                    e);
        }
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
