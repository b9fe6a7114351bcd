package io.skbstream.chaos.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The wall clock that an agent is shown: the machine's, and so many seconds. Its monotonic clock is the real one. */
public final class SteppedClock {

    private final ClockLibrary library;
    private final Path file;

    /** @param folder where its offset is kept */
    public SteppedClock(ClockLibrary library, Path folder) throws IOException {
        this.library = library;
        this.file = folder.resolve("clock");
        stepTo(0);
    }

    /** Steps it, at once, to so many seconds ahead of the machine's clock, or behind. */
    public void stepTo(long seconds) throws IOException {
        ByteBuffer offset = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(seconds)
                .flip();
        // In place: the process has the file mapped.
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(offset, 0);
        }
    }

    /** A command that shows this clock to the one that follows. */
    List<String> environment() {
        return List.of("env", "LD_PRELOAD=" + library.path(), "STEPPED_CLOCK=" + file);
    }
}
