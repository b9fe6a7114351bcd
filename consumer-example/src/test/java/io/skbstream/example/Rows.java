package io.skbstream.example;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The newest committed row of each window, of some hosts. */
final class Rows implements AutoCloseable {
    private final String hosts;
    private final Map<List<Object>, LoopbackByHost> newest = new HashMap<>();
    private final KafkaConsumer<String, LoopbackByHost> consumer;
    private boolean somePartial;

    /** @param hosts how all names of these hosts begin */
    Rows(Cluster cluster, String hosts) {
        this.hosts = hosts;
        consumer = new KafkaConsumer<>(
                cluster.settings(Map.of("isolation.level", "read_committed")),
                new StringDeserializer(),
                new AvroDeserializer<>(LoopbackByHost.class));
    }

    /** Reads on for a moment. Does nothing while no job has made the topic. */
    void poll() {
        if (consumer.assignment().isEmpty()) {
            consumer.assign(consumer.partitionsFor(Topics.LOOPBACK_BY_HOST).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList());
            consumer.seekToBeginning(consumer.assignment());
        }
        if (!consumer.assignment().isEmpty()) {
            consumer.poll(Duration.ofMillis(200)).forEach(record -> take(record.value()));
        }
    }

    private void take(LoopbackByHost row) {
        if (row.getHost().startsWith(hosts)) {
            somePartial |= row.getPartial();
            newest.put(List.of(row.getHost(), row.getWindowStart()), row);
        }
    }

    Collection<LoopbackByHost> newest() {
        return newest.values();
    }

    long sum(ToLongFunction<LoopbackByHost> column) {
        return newest.values().stream().mapToLong(column).sum();
    }

    /** Whether any row that was read so far was marked as partial. */
    boolean somePartial() {
        return somePartial;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
