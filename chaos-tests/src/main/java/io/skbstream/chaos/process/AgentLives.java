package io.skbstream.chaos.process;

import io.skbstream.chaos.traffic.DeviceTotals;
import io.skbstream.chaos.traffic.Traffic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One agent after the other on the same spool folder, as a supervisor would keep it running, with the witness's totals
 * around the start and the end of each. Used by one thread.
 */
public final class AgentLives implements AutoCloseable {

    private static final Duration KILL = Duration.ofMinutes(1);
    private static final Duration START = Duration.ofMinutes(3);
    private static final long LOOK_MS = 20;

    /** What the agent needs beyond its deadline to end: a JVM's own way out on two busy CPUs. */
    private static final Duration BEYOND_DEADLINE = Duration.ofMinutes(1);

    private final Jars jars;
    private final MountNamespace mounts;
    private final Path folder;
    private final AgentOptions options;
    private final Duration shutdownTimeout;
    private final Traffic traffic;
    private final List<AgentLife> ended = new ArrayList<>();
    private AgentProcess current;
    private DeviceTotals beforeStart;
    private DeviceTotals capturing; // null until it does
    private long giveUpNs;
    private boolean paused;
    private int failedStarts;

    /** @param shutdownTimeout how long each may take to end in order */
    public AgentLives(
            Jars jars,
            MountNamespace mounts,
            Path folder,
            AgentOptions options,
            Duration shutdownTimeout,
            Traffic traffic) {
        this.jars = jars;
        this.mounts = mounts;
        this.folder = folder;
        this.options = options.withShutdownTimeout(shutdownTimeout);
        this.shutdownTimeout = shutdownTimeout;
        this.traffic = traffic;
    }

    /** Starts one, and waits until it captures. */
    public void start() throws IOException, InterruptedException {
        begin();
        awaitCapturing();
    }

    /** Starts one and returns at once; {@link #look} follows it up. */
    public void begin() throws IOException {
        giveUpNs = System.nanoTime() + START.toNanos();
        spawn();
    }

    /** Waits until the one that was started captures. */
    public void awaitCapturing() throws IOException, InterruptedException {
        while (capturing == null) {
            look();
            Thread.sleep(LOOK_MS);
        }
    }

    /**
     * Notices that the agent captures, and starts it again if it has ended before; to be called often.
     *
     * @throws ChaosException if it does not capture for a minute
     */
    public void look() throws IOException {
        if (capturing != null || current == null) {
            return;
        }
        if (current.isCapturing()) {
            capturing = traffic.totals();
        } else if (System.nanoTime() - giveUpNs > 0) {
            throw new ChaosException("the agent does not start; it says:" + current.tail());
        } else if (!current.isAlive()) {
            failedStarts++;
            spawn();
        }
    }

    private void spawn() throws IOException {
        capturing = null;
        beforeStart = traffic.totals();
        current = AgentProcess.start(jars, mounts, folder, "agent-" + (ended.size() + failedStarts), options);
    }

    /** SIGTERM, and its end within the deadline. */
    public AgentLife terminate() throws IOException, InterruptedException {
        resume();
        awaitCapturing();
        DeviceTotals told = traffic.totals();
        long startNs = System.nanoTime();
        current.signal("TERM");
        int exitCode = current.awaitEnd(shutdownTimeout.plus(BEYOND_DEADLINE));
        return end(AgentLife.End.TERMINATED, exitCode, told, Duration.ofNanos(System.nanoTime() - startNs));
    }

    /** SIGKILL, and its end. */
    public AgentLife kill() throws IOException, InterruptedException {
        awaitCapturing();
        DeviceTotals told = traffic.totals();
        current.signal("KILL");
        int exitCode = current.awaitEnd(KILL);
        paused = false;
        return end(AgentLife.End.KILLED, exitCode, told, Duration.ZERO);
    }

    /** SIGSTOP. */
    public void pause() throws IOException, InterruptedException {
        awaitCapturing();
        current.signal("STOP");
        paused = true;
    }

    /** SIGCONT, if it is stopped. */
    public void resume() throws IOException, InterruptedException {
        if (paused) {
            current.signal("CONT");
            paused = false;
        }
    }

    /** The one that runs. */
    public AgentProcess current() {
        return current;
    }

    /** Those that have ended, oldest first. */
    public List<AgentLife> ended() {
        return List.copyOf(ended);
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
        }
    }

    private AgentLife end(AgentLife.End how, int exitCode, DeviceTotals told, Duration took) {
        DeviceTotals after = traffic.totals();
        AgentLife life = new AgentLife(
                how,
                current.session(),
                exitCode,
                current.ledger(),
                told.since(capturing),
                after.since(beforeStart),
                took,
                current.tail());
        ended.add(life);
        return life;
    }
}
