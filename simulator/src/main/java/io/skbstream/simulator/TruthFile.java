package io.skbstream.simulator;

import io.skbstream.clients.ProgramException;
import io.skbstream.clients.SystemFailure;
import io.skbstream.simulator.fleet.Truth;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Where the truth goes. Opened before anything is sent, so that a name that cannot be written is found out then. A file is there
 * under its own name only once it is complete; a device, a pipe or a link is written to, and stays what it is. One thread.
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
        part = file.filter(TruthFile::mayBeReplaced).map(whole -> whole.resolveSibling(whole.getFileName() + ".part"));
        file.ifPresent(path -> {
            try {
                if (part.isPresent()) {
                    Files.newBufferedWriter(part.get()).close();
                } else if (Files.exists(path)
                        && !Files.isWritable(path)) { // to open a pipe might wait for its reader, and end what it reads
                    throw new AccessDeniedException(path.toString());
                }
            } catch (IOException e) {
                throw new IllegalArgumentException(cannotWrite(why(e)), e);
            }
        });
    }

    /** @throws ProgramException if the disk does not take it */
    void write(Truth truth) {
        if (file.isPresent()) {
            try {
                try (BufferedWriter out = Files.newBufferedWriter(part.orElse(file.get()))) {
                    truth.writeTo(out);
                }
                if (part.isPresent()) {
                    Files.move(part.get(), file.get(), StandardCopyOption.REPLACE_EXISTING);
                }
            } catch (IOException e) {
                throw new ProgramException(cannotWrite(why(e)), e);
            }
        }
    }

    /** Whether nothing is there, or a file that is nothing but its content. */
    private static boolean mayBeReplaced(Path file) {
        return !Files.exists(file, LinkOption.NOFOLLOW_LINKS) || Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
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
