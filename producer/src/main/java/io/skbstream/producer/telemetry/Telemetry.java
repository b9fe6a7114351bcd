package io.skbstream.producer.telemetry;

import io.skbstream.producer.AgentException;
import io.skbstream.producer.agent.Agent;
import java.net.InetSocketAddress;
import java.util.OptionalInt;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows one agent over HTTP: {@code /metrics}, {@code /healthz}, {@code /readyz}. Owns the server with its threads, and the
 * meters. Opened before the agent, so that an address that cannot be had is told before anything is captured; closed after it.
 */
public final class Telemetry implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Telemetry.class);

    private final Endpoint endpoint;
    private volatile AgentMeters meters;

    private Telemetry(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * Listens; until an agent is shown, {@code /readyz} says that it is starting.
     *
     * @param address port 0 is any free one
     * @throws AgentException if nobody can listen there
     */
    public static Telemetry at(InetSocketAddress address) {
        Telemetry telemetry = new Telemetry(Endpoint.listen(address));
        LOG.info("metrics at http://{}/metrics", telemetry.endpoint.hostAndPort());
        return telemetry;
    }

    /** Shows nothing, and listens nowhere. */
    public static Telemetry off() {
        return new Telemetry(null);
    }

    /** The TCP port that it listens on; empty if on none. */
    public OptionalInt port() {
        return endpoint == null ? OptionalInt.empty() : OptionalInt.of(endpoint.port());
    }

    /** Takes how old the oldest event of a batch was when all of it had arrived, in nanoseconds. Any thread; never waits. */
    public LongConsumer latencyNs() {
        return ns -> {
            AgentMeters current = meters;
            if (current != null) { // a batch that arrives before the agent has begun to be shown is in no histogram
                current.captureToAck(ns);
            }
        };
    }

    /** From now on this agent is shown. */
    public void show(Agent agent) {
        if (endpoint == null) {
            return;
        }
        RecentStatus status = new RecentStatus(agent::status);
        meters = new AgentMeters(status, () -> agent.kafka().client());
        endpoint.show(new Pages(meters, new Health(agent::failure, status)));
    }

    @Override
    public void close() {
        if (endpoint != null) {
            endpoint.close();
        }
        if (meters != null) {
            meters.close();
        }
    }
}
