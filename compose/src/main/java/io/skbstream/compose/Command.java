package io.skbstream.compose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a program said and how it ended.
 *
 * @param line the command, for a person
 * @param exitCode as the program gave it
 * @param stdout all that it printed
 * @param stderr all that it said besides
 */
record Command(String line, int exitCode, String stdout, String stderr) {

    private static final Duration LIMIT = Duration.ofMinutes(15);

    /** Runs a program to its end, with variables besides those of this process. */
    static Command run(Map<String, String> variables, List<String> command) {
        String line = String.join(" ", command);
        try {
            Path stdout = Files.createTempFile("command", ".out");
            Path stderr = Files.createTempFile("command", ".err");
            try {
                var builder = new ProcessBuilder(command)
                        .redirectInput(ProcessBuilder.Redirect.from(
                                Path.of("/dev/null").toFile()))
                        .redirectOutput(stdout.toFile())
                        .redirectError(stderr.toFile());
                builder.environment().putAll(variables);
                Process process = builder.start();
                if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(line + " did not end within " + LIMIT + ": " + Files.readString(stderr));
                }
                return new Command(line, process.exitValue(), Files.readString(stdout), Files.readString(stderr));
            } finally {
                Files.delete(stdout);
                Files.delete(stderr);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot run " + line, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + line + " ran", interrupted);
        }
    }

    /** @throws AssertionError with its last words, if the program failed */
    Command succeeded() {
        if (exitCode != 0) {
            throw new AssertionError(line + " ended with " + exitCode + ":\n" + stderr);
        }
        return this;
    }
}
