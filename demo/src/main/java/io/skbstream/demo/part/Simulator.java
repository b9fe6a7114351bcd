package io.skbstream.demo.part;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The simulated fleet: {@code simulator.jar}. Must be started by a thread that stays; see {@link Child.Tie#PARENT_THREAD}. */
public final class Simulator implements AutoCloseable {
    /** As the launcher starts it. */
    private static final List<String> FLAGS =
            List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData");

    /** Somewhat longer than it gives itself. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(70);

    private final Child child;

    private Simulator(Child child) {
        this.child = child;
    }

    /** Starts it and returns at once; it creates its topics itself. */
    public static Simulator start(Home home, Path folder, String bootstrapServers, List<String> options) {
        String jar = home.jar("simulator", "simulator.jar");
        var program = new ArrayList<>(List.of("-jar", jar, "--bootstrap-servers", bootstrapServers));
        program.addAll(options);
        return new Simulator(Child.start("simulator", Child.Tie.PARENT_THREAD, folder, FLAGS, program));
    }

    /** @throws PartException if it has ended */
    public void check() {
        child.check();
    }

    /**
     * Waits until all is sent.
     *
     * @return the truth about it
     * @throws PartException if it has not ended well in time
     */
    public FleetTotals awaitEnd(Duration timeout) throws InterruptedException {
        child.await(timeout);
        return FleetTotals.parse(child.output().strip());
    }

    /**
     * Ends it in order, before all is sent: its agents say their last words.
     *
     * @return the truth about what it has sent
     * @throws PartException if it did not end well
     */
    public FleetTotals stop() throws InterruptedException {
        int exitCode = child.stop(STOP_TIMEOUT);
        if (exitCode != 0) {
            throw child.failure("ended with exit code " + exitCode);
        }
        return FleetTotals.parse(child.output().strip());
    }

    /** Kills it, if it is still there. */
    @Override
    public void close() {
        child.close();
    }
}
