package io.skbstream.chaos.run;

import io.skbstream.chaos.process.AgentLives;
import io.skbstream.chaos.process.AgentMetrics;
import io.skbstream.chaos.process.ChaosException;
import io.skbstream.chaos.traffic.Traffic;
import java.time.Duration;

/** Waits until an agent has delivered what it captured. Used by one thread. */
public final class Drain {

    private static final long LOOK_MS = 50;

    /** What is in the ring or in a batch is with Kafka or in the spool by then, and the agent's page, which may be 200 ms old, shows it. */
    private static final long UNTIL_SEEN_MS = 1_000;

    /** Datagrams a second, so that a breaker has something to probe with. */
    private static final int TRICKLE = 200;

    private final Traffic traffic;
    private final AgentLives agents;
    private final AgentMetrics metrics;

    public Drain(Traffic traffic, AgentLives agents, AgentMetrics metrics) {
        this.traffic = traffic;
        this.agents = agents;
        this.metrics = metrics;
    }

    /**
     * Waits, under a little traffic, until Kafka takes events and the spool is empty; then until nothing is on its way.
     *
     * @throws ChaosException if that takes longer, or the agent ends by itself
     */
    public void await(Duration limit) throws InterruptedException {
        traffic.start(TRICKLE);
        await(limit, metrics::isHealthy);
        traffic.stop();
        Thread.sleep(UNTIL_SEEN_MS);
        await(limit, metrics::isDrained);
    }

    /** One look at the agent. */
    private interface Look {
        boolean isGood() throws InterruptedException;
    }

    private void await(Duration limit, Look look) throws InterruptedException {
        long endNs = System.nanoTime() + limit.toNanos();
        while (!look.isGood()) {
            if (!agents.current().isAlive()) {
                throw new ChaosException(
                        "the agent ended by itself; it said:" + agents.current().tail());
            }
            if (System.nanoTime() - endNs > 0) {
                throw new ChaosException("the spool is not replayed within " + limit.toSeconds() + " s; the agent said:"
                        + agents.current().tail());
            }
            Thread.sleep(LOOK_MS);
        }
    }
}
