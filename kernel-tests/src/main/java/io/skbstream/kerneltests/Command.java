package io.skbstream.kerneltests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a program said and how it ended.
 *
 * @param line the command, for a person
 * @param exitCode as the program gave it
 * @param output stdout and stderr, as a terminal shows them
 */
record Command(String line, int exitCode, String output) {

    private static final int LIMIT_SECONDS = 300;

    /** Runs a program to its end, in the calling thread's network namespace. */
    static Command run(List<String> command) {
        String line = String.join(" ", command);
        try {
            Path output = Files.createTempFile("command", ".txt");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(line + " did not end in " + LIMIT_SECONDS + " s: " + Files.readString(output));
            }
            return new Command(line, process.exitValue(), Files.readString(output));
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot run " + line, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + line + " ran", interrupted);
        }
    }

    /** Runs a program that must not fail; its words are told apart by spaces. */
    static Command must(String line) {
        Command done = run(List.of(line.split(" ")));
        if (done.exitCode != 0) {
            throw new AssertionError(line + " ended with " + done.exitCode + ": " + done.output);
        }
        return done;
    }
}
