package io.skbstream.demo.part;

import io.skbstream.clients.SafeText;
import io.skbstream.clients.SystemFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A part in a process of its own, in a session of its own, so that Ctrl-C in the terminal reaches only us and the order
 * of the end stays ours. Its stdout and stderr go to files. Used by the thread that started it.
 */
public final class Child implements AutoCloseable {
    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(10);
    private static final int TAIL_LINES = 8;

    /** A line of a stack trace: how libraries log what their exception's own line has said. */
    private static final Pattern STACK = Pattern.compile("\\s+(?:at |\\.\\.\\. \\d)");

    /** How a child learns that this process is gone, SIGKILL included. */
    public enum Tie {
        /** It watches its stdin, and ends in order when that does. */
        STDIN,
        /** The kernel kills it when the thread that started it ends: that must be one that stays. */
        PARENT_THREAD
    }

    private final String name;
    private final Path out;
    private final Path log;
    private final Process process;

    private Child(String name, Path out, Path log, Process process) {
        this.name = name;
        this.out = out;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a Java program and returns at once.
     *
     * @param name for messages, and of its files
     * @param folder where all its files go; it holds a shared lock on it while it lives
     * @param flags of the JVM
     * @param program jar or class, and arguments, as the command {@code java} takes them
     * @throws PartException if it cannot be started
     */
    public static Child start(String name, Tie tie, Path folder, List<String> flags, List<String> program) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmFlags.OUTPUT);
        command.addAll(flags);
        command.add("-Djava.io.tmpdir=" + folder);
        command.addAll(program);
        return start(name, tie, folder, command);
    }

    /** Starts any program and returns at once; see {@link #start(String, Tie, Path, List, List)}. */
    static Child start(String name, Tie tie, Path folder, List<String> program) {
        var command = new ArrayList<String>();
        command.addAll(List.of("setsid", "flock", "--no-fork", "--shared", folder.toString()));
        if (tie == Tie.PARENT_THREAD) {
            command.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
        }
        command.addAll(program);
        Path out = folder.resolve(name + ".out");
        Path log = folder.resolve(name + ".log");
        try {
            var builder = new ProcessBuilder(command);
            builder.environment().put("TMPDIR", folder.toString());
            var process = builder.redirectOutput(out.toFile())
                    .redirectError(log.toFile())
                    .start();
            return new Child(name, out, log, process);
        } catch (IOException e) {
            throw new PartException(
                    "cannot start the " + name + " (" + command.get(0) + "): " + SystemFailure.inWords(e), e);
        }
    }

    public long pid() {
        return process.pid();
    }

    /** What it has written to stdout so far. */
    public String output() {
        return read(out);
    }

    /** What it has written to stderr so far. */
    public String log() {
        return read(log);
    }

    /** @throws PartException with the end of its log, if it has ended */
    public void check() {
        if (!process.isAlive()) {
            throw failure("ended with exit code " + process.exitValue());
        }
    }

    /** What to say when it did not do as it should: further lines are the end of its log. */
    public PartException failure(String what) {
        List<String> lines =
                log().lines().filter(line -> !STACK.matcher(line).lookingAt()).toList();
        String tail = lines.stream()
                .skip(Math.max(0, lines.size() - TAIL_LINES))
                .map(line -> "\n    " + SafeText.message(line))
                .collect(Collectors.joining());
        return new PartException("the " + name + " " + what + (tail.isEmpty() ? "" : "; the end of its log:" + tail));
    }

    /**
     * Asks it to end with SIGTERM and waits for that.
     *
     * @return its exit code
     * @throws PartException if it has not ended in time; then it is killed
     */
    public int stop(Duration timeout) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            close();
            throw failure("did not end within " + timeout.toSeconds() + " s of SIGTERM and was killed");
        }
        return process.exitValue();
    }

    /**
     * Waits for it to end by itself.
     *
     * @throws PartException if it has not ended well in time; then it is killed
     */
    public void await(Duration timeout) throws InterruptedException {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            close();
            throw failure("did not end within " + timeout.toSeconds() + " s and was killed");
        }
        if (process.exitValue() != 0) {
            throw failure("ended with exit code " + process.exitValue());
        }
    }

    /** Kills it, if it is still there. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(KILL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
