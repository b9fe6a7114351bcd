package io.skbstream.embeddedkafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A temporary folder of processes that end with this one. It goes even if this one is killed: a shell waits for the end of its stdin, then
 * for the lock that each process holds on the folder, and removes it. One thread.
 */
final class ScratchFolder implements AutoCloseable {
    private static final String REMOVE_WHEN_ALONE =
            "cat >/dev/null; flock --exclusive --timeout 60 \"$0\" true; rm -rf -- \"$0\"";
    private static final int REMOVAL_TIMEOUT_S = 120;

    private final Path path;
    private final Process remover;

    private ScratchFolder(Path path, Process remover) {
        this.path = path;
        this.remover = remover;
    }

    /** Makes a folder in another one. */
    static ScratchFolder create(Path parent, String prefix) throws IOException {
        Path path = Files.createTempDirectory(parent, prefix);
        try {
            return new ScratchFolder(
                    path, new ProcessBuilder("setsid", "sh", "-c", REMOVE_WHEN_ALONE, path.toString()).start());
        } catch (IOException e) {
            Files.delete(path);
            throw e;
        }
    }

    Path path() {
        return path;
    }

    /**
     * Starts a process whose output is added to a file. The kernel kills it when this thread ends.
     *
     * @param log the file
     */
    Process start(Path log, List<String> program) throws IOException {
        List<String> command = new ArrayList<>(List.of("flock", "--no-fork", "--shared", path.toString()));
        command.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
        command.addAll(program);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Removes the folder with all that is in it, once its processes have ended. May be repeated. */
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
