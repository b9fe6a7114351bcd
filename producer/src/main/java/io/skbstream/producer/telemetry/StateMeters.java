package io.skbstream.producer.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.skbstream.avro.AgentLedger;
import io.skbstream.producer.agent.AgentStatus;
import io.skbstream.producer.publish.Acknowledgements;
import io.skbstream.producer.publish.SchemaIds;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** How full, how old and how well everything is between kernel and Kafka, and which agent it is. One thread at a time. */
final class StateMeters {

    private static final List<String> BREAKER_STATES = List.of("CLOSED", "OPEN", "HALF_OPEN");
    private static final double NS = 1e9;
    private static final double MS = 1e3;

    private final MeterRegistry registry;
    private AgentStatus status;

    StateMeters(MeterRegistry registry, AgentStatus first) {
        this.registry = registry;
        this.status = first;
        gauge("skbstream.ring.bytes", "In the ring, not read yet", AgentStatus::ringUnreadBytes);
        gauge("skbstream.ring.capacity.bytes", "Size of the ring", AgentStatus::ringBytes);
        gauge(
                "skbstream.batches.in.use",
                "Batches that are being filled, wait, or are on their way to Kafka",
                AgentStatus::batchesInUse);
        gauge("skbstream.batches", "All batches that there are", AgentStatus::batches);
        gauge(
                "skbstream.capture.blocked.max.seconds",
                "How long capture had nowhere to put events, at the longest, while the CPUs were free",
                now -> now.longestBlock().toNanos() / NS);
        gauge("skbstream.spool.bytes", "Size of the spool's segment files", now -> now.spool()
                .bytes());
        gauge("skbstream.spool.max.bytes", "Their bound", now -> now.spool().maxBytes());
        gauge("skbstream.spool.events", "Events that wait in the spool, of whatever session", now -> now.spool()
                .events());
        gauge("skbstream.spool.segments", "Segment files in the spool", now -> now.spool()
                .segments());
        gauge(
                "skbstream.spool.oldest.age.seconds",
                "Age of the oldest event that waits in the spool; 0 if none does",
                StateMeters::oldestAgeS);
        gauge(
                "skbstream.spool.failing",
                "1 while the spool's disk fails",
                now -> now.spool().failing().isPresent() ? 1 : 0);
        for (String state : BREAKER_STATES) {
            Gauge.builder("skbstream.breaker.state", this, me -> state.equals(me.status.breaker()) ? 1 : 0)
                    .description("1 for the state that the circuit breaker before Kafka is in")
                    .tag("state", state.toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        for (Acknowledgements.State state : Acknowledgements.State.values()) {
            Gauge.builder("skbstream.acknowledgements.state", this, me -> state == me.status.acknowledgements() ? 1 : 0)
                    .description("1 for how Kafka acknowledges what is in flight")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        if (first.registry() != SchemaIds.State.WITHOUT) {
            registryStates();
        }
        AgentLedger record = first.record();
        gauge(
                "skbstream.session.start.time.seconds",
                "When this session began, since the Unix epoch",
                now -> now.record().getSession() / MS);
        Gauge.builder("skbstream.agent.info", () -> 1)
                .description("Which agent this is")
                .tags("version", record.getVersion(), "kernel", record.getKernel())
                .tag("session", Long.toString(record.getSession()))
                .register(registry);
    }

    private void registryStates() {
        for (SchemaIds.State state : SchemaIds.State.values()) {
            if (state != SchemaIds.State.WITHOUT) {
                Gauge.builder("skbstream.registry.state", this, me -> state == me.status.registry() ? 1 : 0)
                        .description(
                                "1 for how it stands with the schema registry: ok, its ids of before in use, or none yet")
                        .tag("state", state.name().toLowerCase(Locale.ROOT))
                        .register(registry);
            }
        }
    }

    void refresh(AgentStatus now) {
        status = now;
    }

    private void gauge(String name, String meaning, ToDoubleFunction<AgentStatus> value) {
        Gauge.builder(name, this, me -> value.applyAsDouble(me.status))
                .description(meaning)
                .register(registry);
    }

    private static double oldestAgeS(AgentStatus now) {
        var oldestMs = now.spool().oldestMs();
        return oldestMs.isEmpty() ? 0 : Math.max(0, System.currentTimeMillis() - oldestMs.getAsLong()) / MS;
    }
}
