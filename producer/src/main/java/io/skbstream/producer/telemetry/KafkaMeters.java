package io.skbstream.producer.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;

/** Kafka's own measurements of the client in use: when another one has taken its place, they are bound anew. One thread at a time. */
final class KafkaMeters implements AutoCloseable {

    private final MeterRegistry registry;
    private final Supplier<? extends Producer<?, ?>> client;
    private Producer<?, ?> bound;
    private KafkaClientMetrics meters;

    KafkaMeters(MeterRegistry registry, Supplier<? extends Producer<?, ?>> client) {
        this.registry = registry;
        this.client = client;
    }

    void refresh() {
        Producer<?, ?> current = client.get();
        if (current != bound) {
            close();
            bound = current;
            meters = new KafkaClientMetrics(current);
            meters.bindTo(registry);
        }
    }

    /** Takes its meters out of the registry, and ends the thread that looks for new ones. */
    @Override
    public void close() {
        if (meters != null) {
            meters.close();
        }
    }
}
