package io.skbstream.example;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A runnable jar, the job's or the simulator's, or a command, as a process of its own, whose output goes to files. Closing it kills it. */
final class JobProcess implements AutoCloseable {
    /** Variables that would change what it does, or what the JVM says on stderr. */
    private static final List<String> NOT_FOR_IT =
            List.of("KAFKA_BOOTSTRAP_SERVERS", "SCHEMA_REGISTRY_URL", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    /** Longer than the job gives itself to end, on a machine that is busy with other work, too. */
    private static final int END_S = 180;

    private final Process process;
    private final Path stdout;
    private final Path stderr;

    JobProcess(Path folder, String name, String... args) throws IOException {
        this("loopback-by-host.jar", folder, name, args);
    }

    static JobProcess simulator(Path folder, String name, String... args) throws IOException {
        return new JobProcess("simulator.jar", folder, name, args);
    }

    private JobProcess(String jar, Path folder, String name, String... args) throws IOException {
        this(folder, name, java(jar, folder, args));
    }

    /** Of a command that is neither; its environment is the builder's. */
    JobProcess(Path folder, String name, ProcessBuilder command) throws IOException {
        stdout = folder.resolve(name + ".out");
        stderr = folder.resolve(name + ".err");
        process = command.redirectInput(new File("/dev/null"))
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile())
                .start();
    }

    private static ProcessBuilder java(String jar, Path folder, String... args) {
        var command = new ArrayList<>(List.of(
                "env",
                "--default-signal=HUP,INT", // which nohup and & switch off
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:+DisplayVMOutputToStderr",
                "-Djava.io.tmpdir=" + folder, // a JVM that is killed leaves its temporary files
                "-jar",
                System.getProperty(jar)));
        command.addAll(List.of(args));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(NOT_FOR_IT);
        return builder;
    }

    List<String> stdout() {
        return lines(stdout);
    }

    List<String> stderr() {
        return lines(stderr);
    }

    /** How many lines of stderr have these words. */
    long said(String words) {
        return stderr().stream().filter(line -> line.contains(words)).count();
    }

    /** Sends a signal, such as TERM. */
    JobProcess signal(String name) throws IOException, InterruptedException {
        // The shell's own kill: a minimal Debian has no other.
        new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                .start()
                .waitFor();
        return this;
    }

    /** What the process, still running, has used up. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    int exitCode() throws IOException, InterruptedException {
        if (!process.waitFor(END_S, TimeUnit.SECONDS)) {
            signal("QUIT"); // for a dump of its threads, at which it works for a moment
            TimeUnit.SECONDS.sleep(5);
            throw new AssertionError(
                    "still running after " + END_S + " s; its last words:\n" + String.join("\n", stderr()));
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
