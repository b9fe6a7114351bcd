package io.skbstream.example;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/** Makes clients outside of Kafka Streams, by the job's settings, for records as they are. */
record RawClients(StreamsConfig settings) {
    /** A move of a hundred million strays may take so long; and so long others wait for an instance that died in it. */
    private static final Duration TRANSACTION = Duration.ofMinutes(5);

    private static final Duration BLOCK = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(200);

    KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(producerSettings(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** @param id two producers never have it at once: the newer one ends the older one's transaction */
    KafkaProducer<byte[], byte[]> transactionalProducer(String id) {
        var own = producerSettings();
        own.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        own.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION.toMillis());
        return new KafkaProducer<>(own, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> producerSettings() {
        var own = new HashMap<>(settings.getProducerConfigs("moves"));
        own.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK.toMillis());
        own.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) TRANSACTION.toMillis());
        return own;
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
     */
    void read(
            Map<TopicPartition, Long> from,
            Map<TopicPartition, Long> ends,
            Consumer<ConsumerRecord<byte[], byte[]>> take) {
        try (var consumer = consumer()) {
            consumer.assign(from.keySet());
            from.forEach(consumer::seek);
            while (from.keySet().stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (var record : consumer.poll(POLL)) {
                    if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) {
                        take.accept(record);
                    }
                }
            }
        }
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
