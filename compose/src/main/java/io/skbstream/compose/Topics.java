package io.skbstream.compose;

import io.skbstream.schemas.AvroDeserializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads what is in the stack's topics now, from outside, as any program on this machine can. One thread at a time. */
final class Topics {

    static final String REGISTRY = "http://localhost:8081/apis/ccompat/v7";

    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Object> settings;

    /** @param settings of a consumer: where the broker is, and how to get in */
    Topics(Map<String, Object> settings) {
        this.settings = settings;
    }

    /** All committed records, those of a partition in order; each of this class, or the reading fails. */
    <T extends SpecificRecord> List<ConsumerRecord<String, T>> read(String topic, Class<T> type) {
        var values = new AvroDeserializer<T>(type);
        values.configure(Map.of(AvroDeserializer.REGISTRY_CONFIG, REGISTRY), false);
        return read(topic, values);
    }

    <T> List<ConsumerRecord<String, T>> read(String topic, Deserializer<T> values) {
        List<ConsumerRecord<String, T>> records = new ArrayList<>();
        var all = new HashMap<>(settings);
        all.put("isolation.level", "read_committed");
        all.put("auto.offset.reset", "earliest");
        all.put("allow.auto.create.topics", "false");
        try (var consumer = new KafkaConsumer<>(all, new StringDeserializer(), values)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(POLL).forEach(records::add);
            }
        }
        return records;
    }
}
