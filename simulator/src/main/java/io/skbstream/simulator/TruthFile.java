package io.skbstream.simulator;

import io.skbstream.clients.ProgramException;
import io.skbstream.clients.SystemFailure;
import io.skbstream.simulator.fleet.Truth;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Where the truth goes. Opened before anything is sent, so that a name that cannot be written is found out then; there under
 * its own name only once it is complete. One thread.
 */
final class TruthFile implements AutoCloseable {
    private static final String ELSEWHERE = "name a file in a folder that takes one";

    private final Optional<Path> file;
    private final Optional<Path> part;

    /** @throws IllegalArgumentException if the file cannot be written */
    TruthFile(Optional<Path> file) {
        this.file = file;
        if (file.filter(Files::isDirectory).isPresent()) {
            throw new IllegalArgumentException(cannotWrite("it is a folder; " + ELSEWHERE));
        }
        part = file.map(whole -> whole.resolveSibling(whole.getFileName() + ".part"));
        part.ifPresent(path -> {
            try {
                Files.newBufferedWriter(path).close();
            } catch (IOException e) {
                throw new IllegalArgumentException(cannotWrite(why(e)), e);
            }
        });
    }

    /** @throws ProgramException if the disk does not take it */
    void write(Truth truth) {
        if (file.isPresent()) {
            try {
                try (BufferedWriter out = Files.newBufferedWriter(part.get())) {
                    truth.writeTo(out);
                }
                Files.move(part.get(), file.get(), StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new ProgramException(cannotWrite(why(e)), e);
            }
        }
    }

    private String cannotWrite(String why) {
        return "cannot write --truth %s: %s".formatted(file.get(), why);
    }

    private static String why(IOException e) {
        return e instanceof NoSuchFileException ? "no such folder; " + ELSEWHERE : SystemFailure.inWords(e, ELSEWHERE);
    }

    /** Removes what was begun and not completed. */
    @Override
    public void close() throws IOException {
        if (part.isPresent()) {
            Files.deleteIfExists(part.get());
        }
    }
}
