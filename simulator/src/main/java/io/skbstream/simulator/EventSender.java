package io.skbstream.simulator;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.NetifReceive;
import io.skbstream.clients.ProgramException;
import io.skbstream.schemas.AvroSerializer;
import io.skbstream.simulator.fleet.FleetSettings;
import io.skbstream.simulator.fleet.Outlet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidTimestampException;

/**
 * Sends what a fleet says to Kafka as the agents do: events with the key HOST, ledgers with the key HOST/SESSION. Owns the
 * producer. One thread; told of failures by Kafka's.
 */
final class EventSender implements Outlet, AutoCloseable {
    /** How long the last records may take. */
    static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(30);

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final String ledgerTopic;
    private final AvroSerializer<NetifReceive> events = new AvroSerializer<>();
    private final AvroSerializer<AgentLedger> ledgers = new AvroSerializer<>();
    private final FleetSettings fleet;
    private final Map<String, Destination> destinations = new HashMap<>();
    private volatile Exception failure;
    private long sent;

    private record Destination(int partition, byte[] key) {}

    /** @param fleet says which topic and partition the events of a host go to, whatever the producer would choose */
    EventSender(KafkaProducer<byte[], byte[]> producer, FleetSettings fleet, String ledgerTopic) {
        this.producer = producer;
        this.fleet = fleet;
        topic = fleet.topic();
        this.ledgerTopic = ledgerTopic;
    }

    /** @throws ProgramException if Kafka did not take an event */
    @Override
    public void event(NetifReceive event) {
        Destination to = destinations.computeIfAbsent(
                event.getHost(),
                host -> new Destination(fleet.partitionOf(host), host.getBytes(StandardCharsets.UTF_8)));
        long timestampMs = event.getTimestamp().toEpochMilli();
        send(new ProducerRecord<>(topic, to.partition(), timestampMs, to.key(), events.serialize(topic, event)));
        sent++;
    }

    /** @throws ProgramException if Kafka did not take an event or ledger */
    @Override
    public void ledger(AgentLedger ledger) {
        byte[] key = (ledger.getHost() + '/' + ledger.getSession()).getBytes(StandardCharsets.UTF_8);
        long timestampMs = ledger.getTime().toEpochMilli();
        send(new ProducerRecord<>(ledgerTopic, null, timestampMs, key, ledgers.serialize(ledgerTopic, ledger)));
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        if (failure != null) {
            flush(); // the reason may be with another record of the same batch, which is told later
        }
        try {
            producer.send(record, (metadata, error) -> fail(error));
        } catch (KafkaException e) {
            fail(e);
            flush();
        }
    }

    /** What the broker says of a record is worth more than what the client says of those that were in its batch. */
    private void fail(Exception error) {
        if (error != null && (failure == null || error instanceof ApiException && !(failure instanceof ApiException))) {
            failure = error;
        }
    }

    /** Events handed to Kafka's client, duplicates included. */
    long sent() {
        return sent;
    }

    /**
     * Returns once Kafka has acknowledged every record.
     *
     * @throws ProgramException if it has not taken one
     */
    void flush() {
        producer.flush();
        if (failure != null) {
            boolean isInvalid =
                    failure instanceof InvalidTimestampException || failure instanceof InvalidRecordException;
            throw new ProgramException(
                    "Kafka did not take a record: %s; what is in the topic is not the whole run, and no truth is written; %s"
                            .formatted(
                                    failure.getMessage(),
                                    isInvalid
                                            ? "if that is for its time, give another --start, and an empty topic"
                                            : "begin anew with an empty topic"),
                    failure);
        }
    }

    /** What was not flushed may be lost. */
    @Override
    public void close() {
        producer.close(failure == null ? FLUSH_TIMEOUT : Duration.ZERO);
    }
}
