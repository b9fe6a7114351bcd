package io.skbstream.example;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/** Makes clients outside of Kafka Streams, by the job's settings, for records as they are. */
record RawClients(StreamsConfig settings) {
    /** How long a move may take, in ms. Kafka's own setting would hold for the transactions of Kafka Streams, too. */
    static final String MOVE_TIMEOUT_CONFIG = "skbstream.move.timeout.ms";

    private static final Duration TRANSACTION = Duration.ofMinutes(5);

    private static final Duration DELIVERY = Duration.ofMinutes(5);
    private static final Duration BLOCK = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(200);

    KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(producerSettings(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** @param id two producers never have it at once: the newer one ends the older one's transaction */
    KafkaProducer<byte[], byte[]> transactionalProducer(String id) {
        var own = producerSettings();
        own.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        own.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int)
                transactionTimeout().toMillis());
        return new KafkaProducer<>(own, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** How long a transaction of such a producer may take. */
    Duration transactionTimeout() {
        Object given = settings.originals().get(MOVE_TIMEOUT_CONFIG);
        return given == null
                ? TRANSACTION
                : Duration.ofMillis((int) ConfigDef.parseType(MOVE_TIMEOUT_CONFIG, given, ConfigDef.Type.INT));
    }

    private Map<String, Object> producerSettings() {
        var own = new HashMap<>(settings.getProducerConfigs("moves"));
        own.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK.toMillis());
        own.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY.toMillis());
        return own;
    }

    /** Names where the clients find Kafka. */
    String servers() {
        return String.join(",", settings.getList(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG));
    }

    /** The end of what is committed of each partition. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        try (var consumer = consumer()) {
            return consumer.endOffsets(partitions);
        }
    }

    /**
     * Reads what is committed, in the caller's thread.
     *
     * @param from where to begin; later, where that was deleted
     * @param ends where to end
     * @param pulse beats between polls
     */
    void read(
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> ends,
            Pulse pulse,
            Consumer<ConsumerRecord<byte[], byte[]>> take) {
        try (var consumer = consumer()) {
            consumer.assign(from.keySet());
            from.forEach(consumer::seek);
            while (from.keySet().stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                pulse.beat();
                for (var record : consumer.poll(POLL)) {
                    if (record.offset() < ends.get(partition(record))) {
                        take.accept(record);
                    }
                }
            }
        }
    }

    /**
     * Reads several partitions as one: always takes, of the next records of all, the one with the lowest time. Of each partition at most
     * as many wait in memory as one poll returns, because it is read on only when all of them are taken.
     *
     * @param timeMs of a record; empty for one to be left out
     * @see #read for the other parameters
     */
    void readByTime(
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> ends,
            Pulse pulse,
            Function<ConsumerRecord<byte[], byte[]>, OptionalLong> timeMs,
            Consumer<Timed> take) {
        try (var consumer = consumer()) {
            consumer.assign(from.keySet());
            from.forEach(consumer::seek);
            var waiting = new HashMap<TopicPartition, Queue<Timed>>();
            from.keySet().forEach(partition -> waiting.put(partition, new ArrayDeque<>()));
            var queuesByTime = new PriorityQueue<Queue<Timed>>(
                    Comparator.comparingLong(queue -> queue.element().timeMs()));
            var unknown = new HashSet<>(from.keySet()); // partitions with more to read, of which none waits
            unknown.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
            while (!unknown.isEmpty()) {
                pulse.beat();
                consumer.pause(from.keySet());
                consumer.resume(unknown);
                for (var record : consumer.poll(POLL)) {
                    var partition = partition(record);
                    if (record.offset() < ends.get(partition)) {
                        timeMs.apply(record)
                                .ifPresent(time -> waiting.get(partition).add(new Timed(record, time)));
                    }
                }
                unknown.removeIf(partition -> {
                    boolean waits = !waiting.get(partition).isEmpty();
                    if (waits) {
                        queuesByTime.add(waiting.get(partition));
                    }
                    return waits || consumer.position(partition) >= ends.get(partition);
                });
                while (unknown.isEmpty() && !queuesByTime.isEmpty()) {
                    var queue = queuesByTime.remove();
                    Timed next = queue.remove();
                    take.accept(next);
                    var partition = partition(next.record());
                    if (!queue.isEmpty()) {
                        queuesByTime.add(queue);
                    } else if (consumer.position(partition) < ends.get(partition)) {
                        unknown.add(partition);
                    }
                }
            }
        }
    }

    /** A record and its time. */
    record Timed(ConsumerRecord<byte[], byte[]> record, long timeMs) {}

    private static TopicPartition partition(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    /** A group for which offsets can be committed as long as it has no members. */
    ConsumerGroupMetadata group(String id) {
        var own = consumerSettings();
        own.put(ConsumerConfig.GROUP_ID_CONFIG, id);
        try (var consumer = new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return consumer.groupMetadata();
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(consumerSettings(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Map<String, Object> consumerSettings() {
        var own = new HashMap<>(settings.getRestoreConsumerConfigs("moves"));
        own.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        return own;
    }
}
