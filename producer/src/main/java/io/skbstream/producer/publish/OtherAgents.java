package io.skbstream.producer.publish;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.AgentException;
import io.skbstream.schemas.AvroDeserializer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Looks in the topic of ledgers for another agent that runs under the same host name. Without the right to read the topic, it finds
 * none. Each look reads one partition, at most its last thousand ledgers, and waits a second for its metadata and another for its ledgers at most. One thread, which may wait.
 */
public final class OtherAgents {

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final long MOST_RECORDS = 1000;

    private final KafkaSettings kafka;
    private final String topic;
    private final String host;
    private final Map<TopicPartition, Long> marks = new HashMap<>();
    private boolean mayRead = true;
    private boolean compared;
    private int looks;

    public OtherAgents(KafkaSettings kafka, String topic, String host) {
        this.kafka = kafka;
        this.topic = topic;
        this.host = host;
    }

    /**
     * Returns the session of another agent of this host name that has sent a ledger since the last look and was running then. The first
     * look only marks where the topic ends.
     *
     * @param own sessions of this agent and of those before it on its spool folder
     */
    public OptionalLong look(Set<Long> own) {
        if (!mayRead) {
            return OptionalLong.empty();
        }
        try (Consumer<byte[], byte[]> consumer = kafka.consumer()) {
            var partitions = consumer.partitionsFor(topic, LOOK);
            long endNs = System.nanoTime() + LOOK.toNanos();
            if (partitions == null || partitions.isEmpty()) {
                return OptionalLong.empty();
            }
            TopicPartition partition = new TopicPartition(topic, looks++ % partitions.size());
            long end = consumer.endOffsets(List.of(partition), left(endNs)).get(partition);
            Long mark = marks.put(partition, end);
            compared |= mark != null && mark < end;
            if (mark == null || mark >= end) {
                return OptionalLong.empty();
            }
            consumer.assign(List.of(partition));
            consumer.seek(partition, Math.max(mark, end - MOST_RECORDS));
            return find(consumer, own, endNs);
        } catch (AuthorizationException refused) {
            mayRead = false;
        } catch (KafkaException | AgentException notNow) { // the ledgers' own way tells of it
            looks++;
        }
        return OptionalLong.empty();
    }

    /** Whether the topic was compared with an earlier look, or may not be read: then there is time until the next one. */
    public boolean hasCompared() {
        return compared || !mayRead;
    }

    private OptionalLong find(Consumer<byte[], byte[]> consumer, Set<Long> own, long endNs) {
        AvroDeserializer<AgentLedger> deserializer = new AvroDeserializer<>(AgentLedger.class);
        Map<String, String> settings = new HashMap<>(kafka.passedThrough());
        settings.put(AvroDeserializer.REGISTRY_WAIT_CONFIG, "0");
        deserializer.configure(settings, false);
        while (!left(endNs).isZero()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(left(endNs))) {
                OptionalLong session = sessionOfThisHost(record.key());
                if (session.isPresent()
                        && !own.contains(session.getAsLong())
                        && record.value() != null
                        && deserializer.deserialize(topic, record.value()).getState() == SessionState.RUNNING) {
                    return session;
                }
            }
        }
        return OptionalLong.empty();
    }

    private OptionalLong sessionOfThisHost(byte[] key) {
        String text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        if (!text.startsWith(host + '/')) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text.substring(host.length() + 1)));
        } catch (NumberFormatException ofAnotherHost) { // whose name goes on with a slash
            return OptionalLong.empty();
        }
    }

    private static Duration left(long endNs) {
        return Duration.ofNanos(Math.max(0, endNs - System.nanoTime()));
    }
}
