package io.skbstream.benchmarks;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How many records a topic holds: the independent count of what arrived. Used by one thread. */
final class TopicEnd implements AutoCloseable {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

    private final KafkaConsumer<byte[], byte[]> reader;
    private final String topic;

    TopicEnd(String bootstrapServers, String topic) {
        var settings =
                Map.<String, Object>of("bootstrap.servers", bootstrapServers, "allow.auto.create.topics", "false");
        this.reader = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.topic = topic;
    }

    /** 0 too while the topic does not exist. */
    long records() {
        if (!reader.listTopics(ANSWER_TIMEOUT).containsKey(topic)) {
            return 0;
        }
        var partitions = reader.partitionsFor(topic, ANSWER_TIMEOUT).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        return reader.endOffsets(partitions, ANSWER_TIMEOUT).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    @Override
    public void close() {
        reader.close();
    }
}
