package io.skbstream.producer.publish;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.schemas.AvroSerializer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Sends ledgers to their topic, key = {@code HOST/SESSION}. At most one of each session is on its way, for a later one says it
 * all; only a last word waits for none. One thread; told of acknowledgements by Kafka's.
 */
public final class LedgerTopic {

    private final KafkaLink kafka;
    private final String topic;
    private final AvroSerializer<AgentLedger> serializer = new AvroSerializer<>();
    private final Map<String, AgentLedger> onTheirWay = new ConcurrentHashMap<>();
    private final Map<String, AgentLedger> acked = new ConcurrentHashMap<>();

    public LedgerTopic(KafkaLink kafka, String topic) {
        this.kafka = kafka;
        this.topic = topic;
    }

    /** Sends it, unless its schema has no id yet, Kafka has exactly this one, or another one of its session is still on its way and this is not its last. */
    public void send(AgentLedger ledger, Consumer<AgentLedger> onAck) {
        String key = ledger.getHost() + '/' + ledger.getSession();
        boolean isLastWord = ledger.getState() == SessionState.STOPPED;
        AgentLedger before = onTheirWay.get(key);
        if (!kafka.schemaIds().areKnown()
                || hasAcked(ledger)
                || ledger.equals(before)
                || before != null && !isLastWord) {
            return;
        }
        onTheirWay.put(key, ledger);
        var record = new ProducerRecord<>(
                topic,
                null,
                ledger.getTime().toEpochMilli(),
                key.getBytes(StandardCharsets.UTF_8),
                kafka.schemaIds().headed(serializer.serialize(topic, ledger)));
        try {
            kafka.send(record, (metadata, failure) -> {
                onTheirWay.remove(key, ledger);
                if (failure == null) {
                    acked.put(key, ledger);
                    onAck.accept(ledger);
                } else if (FailureKind.of(failure) == FailureKind.CONNECTION) {
                    kafka.complain(topic, failure);
                }
            });
        } catch (KafkaException | IllegalStateException refused) { // the events have the same trouble, and tell of it
            onTheirWay.remove(key, ledger);
        }
    }

    /** Whether Kafka has exactly this one. Any thread. */
    public boolean hasAcked(AgentLedger ledger) {
        return ledger.equals(acked.get(ledger.getHost() + '/' + ledger.getSession()));
    }
}
