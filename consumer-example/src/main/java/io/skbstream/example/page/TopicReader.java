package io.skbstream.example.page;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the rows of all instances, and the agents' ledgers, of the last hour and from now on, on a thread of its own, into a
 * {@link Fleet}. It belongs to no consumer group and commits nothing. What it reads twice, after a failure, changes nothing.
 */
final class TopicReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration FROM = Duration.ofHours(1);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final long RETRY_S = 5;
    private static final long CLOSE_MS = 5_000;

    private final Map<String, Object> settings;
    private final List<String> topics;
    private final Fleet fleet;
    private final AvroDeserializer<SpecificRecord> decoder = new AvroDeserializer<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "page-reader");

    /**
     * Starts at once, and waits for topics that do not exist yet.
     *
     * @param settings of a consumer
     * @param ledgerTopic where the agents' ledgers are
     */
    TopicReader(Map<String, Object> settings, String ledgerTopic, Fleet fleet) {
        this.settings = new HashMap<>(settings);
        this.settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        this.settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        this.settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        this.settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"); // of what is kept, if that is less
        this.topics = List.of(Topics.LOOPBACK_BY_HOST, ledgerTopic);
        this.fleet = fleet;
        decoder.configure(settings, false);
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends within seconds. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            do {
                try (var consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                    read(consumer);
                } catch (KafkaException e) {
                    LOG.warn("the live page cannot read from Kafka, tries again in {} s: {}", RETRY_S, e.getMessage());
                }
                fleet.connected(false);
            } while (!closing.await(RETRY_S, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does; then it is the end
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        if (!assign(consumer)) {
            return;
        }
        while (closing.getCount() > 0) {
            consumer.poll(POLL).forEach(this::take);
            fleet.connected(isConnected(consumer));
        }
    }

    /** Waits for the topics, and returns false if closed before. */
    private boolean assign(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        var partitions = new ArrayList<TopicPartition>();
        for (String topic : topics) {
            var found = consumer.partitionsFor(topic, ANSWER_TIMEOUT);
            while (found == null || found.isEmpty()) {
                if (closing.await(1, TimeUnit.SECONDS)) {
                    return false;
                }
                found = consumer.partitionsFor(topic, ANSWER_TIMEOUT);
            }
            found.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        consumer.assign(partitions);
        long fromMs = Instant.now().minus(FROM).toEpochMilli();
        var offsets = consumer.offsetsForTimes(
                partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> fromMs)),
                ANSWER_TIMEOUT);
        partitions.forEach(partition -> {
            var offset = offsets.get(partition);
            if (offset == null) { // all there is, is older
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seek(partition, offset.offset());
            }
        });
        return true;
    }

    /** A row has the time of the newest event in it. */
    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            SpecificRecord value = decoder.deserialize(record.topic(), record.value());
            if (value instanceof LoopbackByHost row) {
                fleet.take(row, record.timestamp());
            } else if (value instanceof AgentLedger ledger) {
                fleet.take(ledger);
            }
        } catch (SerializationException e) {
            LOG.warn(
                    "the live page leaves out {} partition {} offset {}: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
        }
    }

    private static boolean isConnected(KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("connection-count"))
                .anyMatch(metric -> (double) metric.metricValue() > 0);
    }
}
