package io.skbstream.simulator;

import io.skbstream.simulator.fleet.Truth;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Where the truth goes. Opened before anything is sent, so that a name that cannot be written is found out then; there under
 * its own name only once it is complete. One thread.
 */
final class TruthFile implements AutoCloseable {
    private final Optional<Path> file;
    private final Optional<Path> part;

    /** @throws IllegalStateException if the file cannot be written */
    TruthFile(Optional<Path> file) {
        this.file = file;
        part = file.map(whole -> whole.resolveSibling(whole.getFileName() + ".part"));
        part.ifPresent(path -> {
            try {
                Files.newBufferedWriter(path).close();
            } catch (IOException e) {
                throw cannotWrite(e);
            }
        });
    }

    /** @throws IllegalStateException if the disk does not take it */
    void write(Truth truth) {
        if (file.isPresent()) {
            try {
                try (BufferedWriter out = Files.newBufferedWriter(part.get())) {
                    truth.writeTo(out);
                }
                Files.move(part.get(), file.get(), StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw cannotWrite(e);
            }
        }
    }

    private IllegalStateException cannotWrite(IOException e) {
        return new IllegalStateException("cannot write --truth " + file.get() + ": " + e, e);
    }

    /** Removes what was begun and not completed. */
    @Override
    public void close() throws IOException {
        if (part.isPresent()) {
            Files.deleteIfExists(part.get());
        }
    }
}
