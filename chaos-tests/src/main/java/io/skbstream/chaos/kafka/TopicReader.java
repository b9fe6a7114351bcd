package io.skbstream.chaos.kafka;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.chaos.process.ChaosException;
import io.skbstream.schemas.AvroDeserializer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads topics from end to end, without the audit: a second opinion. */
public final class TopicReader {

    private static final Duration SILENCE = Duration.ofSeconds(20);

    private final Map<String, Object> settings;

    /** @param settings of the client, and of the deserializer */
    public TopicReader(Map<String, Object> settings) {
        this.settings = settings;
    }

    /** What a topic of events holds, by session. */
    public Map<Long, SessionRecords> events(String topic) {
        Map<Long, SessionRecords> sessions = new TreeMap<>();
        read(topic, new AvroDeserializer<>(NetifReceive.class), event -> sessions.computeIfAbsent(
                        event.value().getSession(), none -> new SessionRecords())
                .add(
                        event.partition(),
                        event.value().getCpu(),
                        event.value().getSeq(),
                        event.value().getComm()));
        return sessions;
    }

    /** The last word of each session in a topic of ledgers. */
    public Map<Long, AgentLedger> ledgers(String topic) {
        Map<Long, AgentLedger> last = new TreeMap<>();
        read(
                topic,
                new AvroDeserializer<>(AgentLedger.class),
                ledger -> last.put(ledger.value().getSession(), ledger.value()));
        return last;
    }

    /** The same by window of event time, all as one host's. */
    public WindowCounts windows(String topic, Duration length) {
        WindowCounts counts = new WindowCounts(length);
        read(topic, new AvroDeserializer<>(NetifReceive.class), record -> {
            NetifReceive event = record.value();
            counts.add(event.getSession(), event.getCpu(), event.getSeq(), event.getTimestamp());
        });
        return counts;
    }

    /** The last committed row of each window of one host, by its begin, in a topic that a job wrote. */
    public SortedMap<Instant, LoopbackByHost> rows(String topic, String host) {
        SortedMap<Instant, LoopbackByHost> last = new TreeMap<>();
        read(topic, new AvroDeserializer<>(LoopbackByHost.class), row -> {
            if (row.value().getHost().equals(host)) {
                last.put(row.value().getWindowStart(), row.value());
            }
        });
        return last;
    }

    private <T> void read(String topic, Deserializer<T> deserializer, Consumer<ConsumerRecord<String, T>> each) {
        deserializer.configure(settings, false);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), deserializer)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                long before = positions(consumer, partitions);
                consumer.poll(SILENCE).forEach(each);
                // The mark that ends a transaction has an offset and is no record.
                if (positions(consumer, partitions) == before) {
                    throw new ChaosException("topic " + topic + " falls silent before its end offsets " + ends);
                }
            }
        }
    }

    private static long positions(KafkaConsumer<?, ?> consumer, List<TopicPartition> partitions) {
        return partitions.stream().mapToLong(consumer::position).sum();
    }
}
