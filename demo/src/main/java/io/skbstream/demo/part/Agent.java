package io.skbstream.demo.part;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The agent: {@code skbstream.jar run}. Must be started by a thread that stays; see {@link Child.Tie#PARENT_THREAD}. */
public final class Agent implements AutoCloseable {
    /** Somewhat longer than the agent's own --shutdown-timeout. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(40);

    private final Child child;

    private Agent(Child child) {
        this.child = child;
    }

    /** Starts it and returns at once. */
    public static Agent start(Home home, Path folder, JvmFlags flags, String bootstrapServers, List<String> options) {
        String jar = home.jar("producer", "skbstream.jar");
        var program = new ArrayList<>(List.of("-jar", jar, "run", "--bootstrap-servers", bootstrapServers));
        program.addAll(List.of("--spool-dir", folder.resolve("spool").toString()));
        program.addAll(options);
        return new Agent(Child.start("agent", Child.Tie.PARENT_THREAD, folder, flags.forJar(jar), program));
    }

    public long pid() {
        return child.pid();
    }

    /** @throws PartException if it has ended */
    public void check() {
        child.check();
    }

    /**
     * Ends it in order.
     *
     * @return its last word, and whether it left well
     * @throws PartException if it gave no ledger
     */
    public Ledger stop() throws InterruptedException {
        int exitCode = child.stop(STOP_TIMEOUT);
        String line = child.output().strip();
        if (line.isEmpty()) {
            throw child.failure("ended without a ledger, exit code " + exitCode);
        }
        return Ledger.parse(line, exitCode);
    }

    /** Kills it, if it is still there. */
    @Override
    public void close() {
        child.close();
    }
}
