package io.skbstream.benchmarks;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.demo.part.FleetTotals;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The job's rows, as any reader gets them that sees only what is committed. Used by one thread. */
final class Rows implements AutoCloseable {
    private static final Duration POLL_LIMIT = Duration.ofMillis(200);

    private record Window(String host, Instant start) {}

    private final KafkaConsumer<byte[], LoopbackByHost> reader;

    Rows(String bootstrapServers) {
        var settings = Map.<String, Object>of(
                "bootstrap.servers", bootstrapServers,
                "isolation.level", "read_committed",
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false");
        reader = new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new AvroDeserializer<>(LoopbackByHost.class));
    }

    /** What a job that has just ended has found: the sums over the last row of each host and window since the last call. */
    FleetTotals sumOfNew() {
        if (reader.assignment().isEmpty()) {
            reader.assign(reader.partitionsFor(Topics.LOOPBACK_BY_HOST).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList());
        }
        var ends = reader.endOffsets(reader.assignment());
        Map<Window, LoopbackByHost> last = new HashMap<>();
        while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
            reader.poll(POLL_LIMIT).forEach(record -> {
                LoopbackByHost row = record.value();
                last.put(new Window(row.getHost(), row.getWindowStart()), row);
            });
        }
        return totals(last.values());
    }

    static FleetTotals totals(Collection<LoopbackByHost> rows) {
        return new FleetTotals(
                sum(rows, row -> row.getEvents() + row.getDuplicates() + row.getLate()),
                sum(rows, LoopbackByHost::getEvents),
                sum(rows, LoopbackByHost::getPackets),
                sum(rows, LoopbackByHost::getBytes),
                sum(rows, LoopbackByHost::getDuplicates),
                sum(rows, LoopbackByHost::getMissing));
    }

    private static long sum(Collection<LoopbackByHost> rows, ToLongFunction<LoopbackByHost> column) {
        return rows.stream().mapToLong(column).sum();
    }

    @Override
    public void close() {
        reader.close();
    }
}
