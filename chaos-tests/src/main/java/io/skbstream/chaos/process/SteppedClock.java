package io.skbstream.chaos.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The wall clock that an agent is shown through libfaketime: the machine's, and so many seconds. Its monotonic clock is the real one. */
public final class SteppedClock {

    private final Path file;

    public SteppedClock(Path folder) throws IOException {
        this.file = folder.resolve("clock");
        stepTo(0);
    }

    /** As libfaketime reads it, at least once a second. */
    public Path file() {
        return file;
    }

    /** Steps it to so many seconds ahead of the machine's clock, or behind. */
    public void stepTo(long seconds) throws IOException {
        Path written = file.resolveSibling("clock.new");
        Files.writeString(written, (seconds < 0 ? "" : "+") + seconds);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
