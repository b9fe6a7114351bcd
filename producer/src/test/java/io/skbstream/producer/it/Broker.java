package io.skbstream.producer.it;

import io.skbstream.avro.NetifReceive;
import io.skbstream.embeddedkafka.EmbeddedKafka;
import io.skbstream.schemas.AvroDeserializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One real broker for all integration tests, as a test method's parameter; each test uses a topic of its own. */
public record Broker(EmbeddedKafka kafka) implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /** Every event in a topic of one partition, in the order of its offsets. */
    public List<NetifReceive> events(String topic) {
        return read(topic, new AvroDeserializer<>(NetifReceive.class)).stream()
                .map(ConsumerRecord::value)
                .toList();
    }

    /** Every record in a topic, up to the end offsets of now. */
    <T> List<ConsumerRecord<String, T>> read(String topic, Deserializer<T> deserializer) {
        try (var consumer = consumer(deserializer)) {
            Collection<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<String, T>> all = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                long before = sumOfPositions(consumer, partitions);
                var records = consumer.poll(PATIENCE);
                // The mark that ends a transaction is no record, but has an offset.
                if (records.isEmpty() && sumOfPositions(consumer, partitions) == before) {
                    throw new AssertionError("topic " + topic + " falls silent before its end offsets " + ends);
                }
                records.forEach(all::add);
            }
            return all;
        }
    }

    private static long sumOfPositions(KafkaConsumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        return partitions.stream().mapToLong(consumer::position).sum();
    }

    /** Whether a topic is there. */
    boolean has(String topic) {
        try (var consumer = consumer(new StringDeserializer())) {
            return consumer.listTopics().containsKey(topic);
        }
    }

    /** How many records a topic of one partition has now. */
    public long size(String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (var consumer = consumer(new StringDeserializer())) {
            return consumer.endOffsets(List.of(partition)).get(partition);
        }
    }

    /** The first request takes longest, in an emulator longer than the agent has patience. */
    private void awaitAnswer() {
        try (var consumer = consumer(new StringDeserializer())) {
            consumer.listTopics(PATIENCE);
        }
    }

    private <T> KafkaConsumer<String, T> consumer(Deserializer<T> deserializer) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", bootstrapServers(), "default.api.timeout.ms", (int) PATIENCE.toMillis());
        return new KafkaConsumer<>(config, new StringDeserializer(), deserializer);
    }

    @Override
    public void close() {
        kafka.close();
    }

    /** Starts it for the first test that asks, and closes it after the last. */
    public static final class Resolver implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Broker.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(Namespace.create(Broker.class))
                    .getOrComputeIfAbsent(Broker.class, type -> started(), Broker.class);
        }

        private static Broker started() {
            try {
                Broker broker = new Broker(EmbeddedKafka.start());
                broker.awaitAnswer();
                return broker;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
