package io.skbstream.example.page;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
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
 * {@link Fleet}. It belongs to no consumer group and commits nothing. What it reads twice, after a failure or for new partitions,
 * changes nothing.
 */
final class TopicReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration FROM = Duration.ofHours(1);
    private static final String NEW_PARTITIONS_MS = "60000";
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final long RETRY_S = 5;
    private static final long CLOSE_MS = 5_000;

    private final Map<String, Object> settings;
    private final List<String> topics;
    private final Fleet fleet;
    private final Function<Map<String, Object>, Consumer<byte[], byte[]>> kafka;
    private final AvroDeserializer<SpecificRecord> decoder = new AvroDeserializer<>();
    private Map<TopicPartition, Long> ends = Map.of(); // where they ended when we began
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "page-reader");

    /**
     * Starts at once, and waits for topics that do not exist yet.
     *
     * @param settings of a consumer
     * @param ledgerTopic where the agents' ledgers are
     */
    TopicReader(Map<String, Object> settings, String ledgerTopic, Fleet fleet) {
        this(
                settings,
                ledgerTopic,
                fleet,
                all -> new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    /** @param kafka makes a consumer by these settings, and another after a failure */
    TopicReader(
            Map<String, Object> settings,
            String ledgerTopic,
            Fleet fleet,
            Function<Map<String, Object>, Consumer<byte[], byte[]>> kafka) {
        this.kafka = kafka;
        this.settings = new HashMap<>(settings);
        this.settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        this.settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        this.settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        this.settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"); // of what is kept, if that is less
        this.settings.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, NEW_PARTITIONS_MS);
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
        decoder.close();
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            do {
                try (var consumer = kafka.apply(settings)) {
                    read(consumer);
                } catch (KafkaException e) {
                    LOG.warn("the live page cannot read from Kafka, tries again in {} s: {}", RETRY_S, e.getMessage());
                } catch (RuntimeException defect) { // which would leave the page as it is, for ever
                    LOG.error("the live page could not take what it read, tries again in {} s", RETRY_S, defect);
                }
                fleet.connected(false);
            } while (!closing.await(RETRY_S, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does; then it is the end
        }
    }

    private void read(Consumer<byte[], byte[]> consumer) throws InterruptedException {
        while (closing.getCount() > 0) {
            var partitions = partitions(consumer);
            if (partitions.isEmpty()) {
                closing.await(1, TimeUnit.SECONDS);
                continue;
            }
            if (!partitions.equals(consumer.assignment())) {
                begin(consumer, partitions);
            }
            consumer.poll(POLL).forEach(this::take);
            fleet.connected(isConnected(consumer));
        }
    }

    /** Of both topics; none until both are there. What is assigned is in the client's memory, so this asks nobody. */
    private Set<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
        var partitions = new HashSet<TopicPartition>();
        for (String topic : topics) {
            var found = consumer.partitionsFor(topic, ANSWER_TIMEOUT);
            if (found == null || found.isEmpty()) {
                return Set.of();
            }
            found.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        return partitions;
    }

    private void begin(Consumer<byte[], byte[]> consumer, Set<TopicPartition> partitions) {
        consumer.assign(partitions);
        long fromMs = System.currentTimeMillis() - FROM.toMillis();
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
        ends = consumer.endOffsets(partitions, ANSWER_TIMEOUT);
    }

    /** A row has the time of the newest event that changed it: of another host's, where only its late events did. */
    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            SpecificRecord value = decoder.deserialize(record.topic(), record.value());
            if (value instanceof LoopbackByHost row) {
                fleet.take(row, record.timestamp(), heardMs(record));
            } else if (value instanceof AgentLedger ledger) {
                fleet.take(ledger, heardMs(record));
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

    /** By this machine's clock: now, but of what was there before us, its own time, which the host's clock may have put too late. */
    private long heardMs(ConsumerRecord<byte[], byte[]> record) {
        long nowMs = System.currentTimeMillis();
        boolean isHistory = record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()));
        return isHistory ? Math.min(record.timestamp(), nowMs) : nowMs;
    }

    private static boolean isConnected(Consumer<byte[], byte[]> consumer) {
        return consumer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("connection-count"))
                .anyMatch(metric -> (double) metric.metricValue() > 0);
    }
}
