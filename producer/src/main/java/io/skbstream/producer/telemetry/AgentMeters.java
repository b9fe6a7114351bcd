package io.skbstream.producer.telemetry;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.skbstream.avro.AgentLedger;
import io.skbstream.producer.agent.AgentStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;

/** Every meter of one agent. A scrape looks at the agent once, and all of its numbers come from that look. Any thread. */
final class AgentMeters implements AutoCloseable {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Supplier<AgentStatus> source;
    private final LedgerMeters ledger;
    private final StateMeters state;
    private final DeviceMeters devices;
    private final KafkaMeters kafka;
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Timer captureToAck;

    /** @param client Kafka's client in use */
    AgentMeters(Supplier<AgentStatus> source, Supplier<? extends Producer<?, ?>> client) {
        this.source = source;
        AgentStatus first = source.get();
        AgentLedger record = first.record();
        registry.config()
                .commonTags(
                        "host",
                        record.getHost(),
                        "hook",
                        record.getHook().name().toLowerCase(Locale.ROOT));
        this.ledger = new LedgerMeters(registry, first);
        this.state = new StateMeters(registry, first);
        this.devices = new DeviceMeters(registry);
        this.kafka = new KafkaMeters(registry, client);
        this.captureToAck = Timer.builder("skbstream.capture.to.ack")
                .description("Age of a batch's oldest event when Kafka had acknowledged all of it; spooled ones aside")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    /** A batch has arrived. Never waits. */
    void captureToAck(long ns) {
        captureToAck.record(ns, TimeUnit.NANOSECONDS);
    }

    /** Everything as of now, in Prometheus' text format. */
    synchronized String scrape() {
        AgentStatus now = source.get();
        ledger.refresh(now);
        state.refresh(now);
        devices.refresh(now.record());
        kafka.refresh();
        return registry.scrape();
    }

    @Override
    public synchronized void close() {
        kafka.close();
        gc.close();
        registry.close();
    }
}
