package io.skbstream.chaos.kafka;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.NetifReceive;
import io.skbstream.chaos.process.ChaosException;
import io.skbstream.schemas.AvroDeserializer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads topics of one partition from end to end, without the audit: a second opinion. */
public final class TopicReader {

    private static final Duration SILENCE = Duration.ofSeconds(20);

    private final String bootstrapServers;

    public TopicReader(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** What a topic of events holds, by session. */
    public Map<Long, SessionRecords> events(String topic) {
        Map<Long, SessionRecords> sessions = new TreeMap<>();
        read(topic, new AvroDeserializer<>(NetifReceive.class), event -> sessions.computeIfAbsent(
                        event.getSession(), none -> new SessionRecords())
                .add(event.getCpu(), event.getSeq(), event.getComm()));
        return sessions;
    }

    /** The last word of each session in a topic of ledgers. */
    public Map<Long, AgentLedger> ledgers(String topic) {
        Map<Long, AgentLedger> last = new TreeMap<>();
        read(topic, new AvroDeserializer<>(AgentLedger.class), ledger -> last.put(ledger.getSession(), ledger));
        return last;
    }

    /** How many records it has now. */
    public long size(String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (var consumer = consumer(new StringDeserializer())) {
            return consumer.endOffsets(List.of(partition)).get(partition);
        }
    }

    private <T> void read(String topic, Deserializer<T> deserializer, Consumer<T> each) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (var consumer = consumer(deserializer)) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                var records = consumer.poll(SILENCE);
                if (records.isEmpty() && consumer.position(partition) < end) {
                    throw new ChaosException("topic " + topic + " falls silent before its end offset " + end);
                }
                records.forEach(record -> each.accept(record.value()));
            }
        }
    }

    private <T> KafkaConsumer<String, T> consumer(Deserializer<T> deserializer) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringDeserializer(), deserializer);
    }
}
