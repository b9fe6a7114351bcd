package io.skbstream.chaos.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * A process of the test's own, its output in files. The kernel kills it when the thread that started it ends, so that must
 * be one that stays. Used by that thread.
 */
public final class Child implements AutoCloseable {

    private static final Duration KILL = Duration.ofMinutes(1);
    private static final long LOOK_MS = 10;
    private static final int TAIL_LINES = 12;

    /** A line of a stack trace: how libraries log what their exception's own line has said. */
    private static final Pattern STACK = Pattern.compile("\\s+(?:at |\\.\\.\\. \\d)");

    private final String name;
    private final Path out;
    private final Path err;
    private final Process process;

    private Child(String name, Path out, Path err, Process process) {
        this.name = name;
        this.out = out;
        this.err = err;
        this.process = process;
    }

    /**
     * Starts a command and returns at once.
     *
     * @param name for messages, and of its output's files
     * @param folder where those go; it holds a shared lock on it while it lives
     */
    public static Child start(String name, Path folder, List<String> command) throws IOException {
        List<String> tied = new ArrayList<>(List.of("setsid", "flock", "--no-fork", "--shared", folder.toString()));
        tied.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
        tied.addAll(command);
        Path out = folder.resolve(name + ".out");
        Path err = folder.resolve(name + ".err");
        Process process = new ProcessBuilder(tied)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new Child(name, out, err, process);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal by name: TERM, STOP, CONT, KILL. */
    public void signal(String signal) throws IOException, InterruptedException {
        // The shell's own kill: a minimal Debian has no other.
        int status = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid())
                .start()
                .waitFor();
        if (status != 0) {
            throw new ChaosException(name + " was not there to take SIG" + signal + "; it said:" + tail());
        }
    }

    /**
     * Waits for its end.
     *
     * @return its exit code; 128 and the signal's number after one
     * @throws ChaosException if it does not end in time: it hangs
     */
    public int awaitEnd(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new ChaosException(
                    name + " hangs: it has not ended within " + limit.toSeconds() + " s; it said:" + tail());
        }
        return process.exitValue();
    }

    /**
     * Waits until something holds.
     *
     * @return false if the process ended before
     * @throws ChaosException if it does not hold in time
     */
    public boolean await(String what, Duration limit, BooleanSupplier holds) throws InterruptedException {
        long endNs = System.nanoTime() + limit.toNanos();
        while (!holds.getAsBoolean()) {
            if (!isAlive()) {
                return holds.getAsBoolean();
            }
            if (System.nanoTime() - endNs > 0) {
                throw new ChaosException(name + " hangs: no sign within " + limit.toSeconds() + " s that " + what
                        + "; it said:" + tail());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
        return true;
    }

    /** What it has written to stdout so far. */
    public String out() {
        return read(out);
    }

    /** What it has written to stderr so far. */
    public String err() {
        return read(err);
    }

    /** The last lines of stderr, each on a line of its own, without stack traces. */
    public String tail() {
        List<String> lines =
                err().lines().filter(line -> !STACK.matcher(line).lookingAt()).toList();
        return lines.stream()
                .skip(Math.max(0, lines.size() - TAIL_LINES))
                .reduce("", (text, line) -> text + "\n    " + line);
    }

    /** Memory that it has in RAM, in KiB: VmRSS of proc(5). */
    public long residentKib() throws IOException {
        return statusKib("VmRSS:");
    }

    /** The most that it has had there: VmHWM. */
    public long peakKib() throws IOException {
        return statusKib("VmHWM:");
    }

    private long statusKib(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    /** Kills it, if it is still there. May be repeated. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(KILL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
