package io.skbstream.simulator;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The runnable jar as a process of its own, whose output goes to files. Closing it kills it. */
final class SimulatorProcess implements AutoCloseable {
    /** A JVM that is killed leaves its temporary files. They are in this folder in the given one. */
    static final String TEMPORARY = "tmp";

    /** Longer than it gives itself to end, on a machine that is busy with other work, too. */
    private static final int END_S = 300;

    private final Process process;
    private final Path stdout;
    private final Path stderr;

    SimulatorProcess(Path folder, String name, String... args) throws IOException {
        stdout = folder.resolve(name + ".out");
        stderr = folder.resolve(name + ".err");
        var command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT", // which & switches off
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve(TEMPORARY)),
                "-jar",
                System.getProperty("simulator.jar")));
        command.addAll(List.of(args));
        var builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
        builder.environment()
                .keySet()
                .removeAll(List.of("KAFKA_BOOTSTRAP_SERVERS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().put("LC_ALL", "C.UTF-8"); // as the launcher does, for the system's own words
        process = builder.redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile())
                .start();
    }

    List<String> stdout() {
        return lines(stdout);
    }

    List<String> stderr() {
        return lines(stderr);
    }

    /** Sends a signal, such as TERM. */
    SimulatorProcess signal(String name) throws IOException, InterruptedException {
        // The shell's own kill: a minimal Debian has no other.
        new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                .start()
                .waitFor();
        return this;
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(END_S, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + END_S + " s; its last words: " + stderr());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
