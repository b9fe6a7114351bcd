package io.skbstream.demo;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.demo.part.Consumer;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What the demo sees of Kafka, as any reader of the topics would see it. Used by one thread. */
final class Feed implements AutoCloseable {
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(1);

    private final Admin admin;
    private final KafkaConsumer<String, SpecificRecord> reader;
    private List<TopicPartition> events = List.of();
    private List<TopicPartition> sums = List.of();
    private NetifReceive first;

    Feed(String bootstrapServers) {
        var settings = Map.<String, Object>of(
                "bootstrap.servers", bootstrapServers,
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false",
                "allow.auto.create.topics", "false");
        this.admin = Admin.create(settings);
        this.reader = new KafkaConsumer<>(settings, new StringDeserializer(), new AvroDeserializer<>());
    }

    /** One of the events, once there is one. */
    Optional<NetifReceive> first() {
        return Optional.ofNullable(first);
    }

    /** Sums that came since the last call; waits up to {@code limit} for one. */
    List<LoopbackByHost> poll(Duration limit) throws InterruptedException {
        if (events.isEmpty() || sums.isEmpty()) {
            discover();
        }
        if (reader.assignment().isEmpty()) {
            Thread.sleep(limit.toMillis());
            return List.of();
        }
        var rows = new ArrayList<LoopbackByHost>();
        for (var record : reader.poll(limit)) {
            if (record.value() instanceof LoopbackByHost row) {
                rows.add(row);
            } else if (first == null && record.value() instanceof NetifReceive event) {
                first = event;
                assign();
            }
        }
        return rows;
    }

    private void discover() {
        var topics = reader.listTopics(ANSWER_TIMEOUT).keySet();
        if (events.isEmpty() && topics.contains(Topics.NETIF_RECEIVE)) {
            events = partitions(Topics.NETIF_RECEIVE);
            assign();
        }
        if (sums.isEmpty() && topics.contains(Topics.LOOPBACK_BY_HOST)) {
            sums = partitions(Topics.LOOPBACK_BY_HOST);
            assign();
        }
    }

    private List<TopicPartition> partitions(String topic) {
        return reader.partitionsFor(topic, ANSWER_TIMEOUT).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    /** Of the events one is enough. */
    private void assign() {
        var wanted = new ArrayList<>(sums);
        if (first == null) {
            wanted.addAll(events);
        }
        reader.assign(wanted);
    }

    /** Events in the topic. */
    long events() {
        return reader.endOffsets(events, ANSWER_TIMEOUT).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Whether the sample consumer is through with all events that are in the topic. */
    boolean isConsumed() throws InterruptedException {
        try {
            var committed = admin.listConsumerGroupOffsets(Consumer.APPLICATION_ID)
                    .partitionsToOffsetAndMetadata()
                    .get();
            return reader.endOffsets(events, ANSWER_TIMEOUT).entrySet().stream().allMatch(end -> {
                var done = committed.get(end.getKey());
                return end.getValue() == 0 || done != null && done.offset() >= end.getValue();
            });
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Whether all sums that are in the topic were returned by {@link #poll}. */
    boolean isDrained() {
        return reader.endOffsets(sums, ANSWER_TIMEOUT).entrySet().stream()
                .allMatch(end -> reader.position(end.getKey()) >= end.getValue());
    }

    @Override
    public void close() {
        reader.close();
        admin.close();
    }
}
