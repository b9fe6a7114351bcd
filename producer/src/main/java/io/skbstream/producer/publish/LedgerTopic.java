package io.skbstream.producer.publish;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.schemas.AvroSerializer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Sends ledgers to their topic, key = {@code HOST/SESSION}. At most one of each session is in flight, since a later one replaces it.
 * Only a final ledger does not wait for another. {@link #send} is for one thread, all else for any.
 */
public final class LedgerTopic {

    private final KafkaLink kafka;
    private final String topic;
    private final AvroSerializer<AgentLedger> serializer = new AvroSerializer<>();
    private final Map<String, AgentLedger> onTheirWay = new ConcurrentHashMap<>();
    private final Map<String, AgentLedger> acked = new ConcurrentHashMap<>();
    private final Map<String, AgentLedger> refused = new ConcurrentHashMap<>();
    private final AtomicLong refusals = new AtomicLong();

    /** What became of one ledger. */
    public enum Fate {
        /** Kafka has exactly this one. */
        ACKED,
        /** Kafka has not answered, or not been asked. */
        WAITS,
        /** It will not be taken until somebody changes something: its size, its timestamp, rights, its subject in the registry. */
        REFUSED
    }

    public LedgerTopic(KafkaLink kafka, String topic) {
        this.kafka = kafka;
        this.topic = topic;
    }

    /**
     * Sends the ledger. Does nothing if its schema has no id yet, if Kafka already has this ledger, or if an earlier one of its session
     * is in flight. A final ledger does not wait for an earlier one.
     */
    public void send(AgentLedger ledger, Consumer<AgentLedger> onAck) {
        String key = key(ledger);
        boolean isFinal = ledger.getState() == SessionState.STOPPED;
        AgentLedger before = onTheirWay.get(key);
        if (!kafka.schemaIds().areKnownForLedgers()
                || fate(ledger) == Fate.ACKED
                || ledger.equals(before)
                || before != null && !isFinal) {
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
                    refused.remove(key);
                    acked.put(key, ledger);
                    onAck.accept(ledger);
                } else if (FailureKind.of(failure) != FailureKind.MOMENT) {
                    refused.put(key, ledger);
                    refusals.incrementAndGet();
                    kafka.complain(topic, failure);
                }
            });
        } catch (KafkaException | IllegalStateException refused) { // the events have the same trouble, and tell of it
            onTheirWay.remove(key, ledger);
        }
    }

    /** What became of this ledger, as far as is known by now. */
    public Fate fate(AgentLedger ledger) {
        String key = key(ledger);
        if (ledger.equals(acked.get(key))) {
            return Fate.ACKED;
        }
        boolean isRefused = ledger.equals(refused.get(key)) || kafka.schemaIds().areLedgersRefused();
        return isRefused ? Fate.REFUSED : Fate.WAITS;
    }

    /** How many ledgers Kafka has refused so far. */
    public long refusals() {
        return refusals.get();
    }

    private static String key(AgentLedger ledger) {
        return ledger.getHost() + '/' + ledger.getSession();
    }
}
