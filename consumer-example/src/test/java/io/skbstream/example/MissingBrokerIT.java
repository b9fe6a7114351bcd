package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.embeddedkafka.EmbeddedCluster;
import io.skbstream.schemas.AvroSerializer;
import io.skbstream.schemas.Topics;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job that is started before the last of three brokers is there: nothing can be created yet that is to be kept three times. */
@Timeout(900)
class MissingBrokerIT {
    private static final int NODES = 3;
    private static final String TOPIC = "events";

    @TempDir
    private Path folder;

    /** Where topics of its own are missing, and where only those are that Kafka Streams makes. */
    @ParameterizedTest
    @ValueSource(strings = {TOPIC, TOPIC + " ledgers dead job-generations " + Topics.LOOPBACK_BY_HOST})
    void theJobWaitsForTheBroker(String topics) throws Exception {
        try (var kafka = EmbeddedCluster.start(NODES);
                var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            var brokersDefault = Optional.<Short>empty();
            admin.createTopics(Arrays.stream(topics.split(" "))
                            .map(topic -> new NewTopic(topic, Optional.of(1), brokersDefault))
                            .toList())
                    .all()
                    .get();
            sendAnEvent(kafka, admin);
            kafka.stopNode(NODES);
            admin.unregisterBroker(NODES).all().get();
            try (var job = new JobProcess(
                    folder,
                    "job",
                    "--bootstrap-servers",
                    kafka.bootstrapServers(),
                    "--topic",
                    TOPIC,
                    "--ledger-topic",
                    "ledgers",
                    "--dead-letter-topic",
                    "dead",
                    "--application-id",
                    "job",
                    "--json")) {
                Cluster.await(
                        "it says what it waits for",
                        () -> job.said("and tries again: Unable to replicate the partition 3 time(s)") > 0);
                kafka.startNode(NODES);
                Cluster.await("the event is counted", () -> !job.stdout().isEmpty());

                assertThat(job.signal("TERM").exitCode()).isZero();
                assertThat(job.said("and tries again")).isPositive();
            }
        }
    }

    /** In a transaction, with an offset of some group, so that Kafka's own topics are there, which a job waits for likewise. */
    private static void sendAnEvent(EmbeddedCluster kafka, Admin admin) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "before");
        byte[] event = new AvroSerializer<>()
                .serialize(TOPIC, SomeEvents.event("host", 1, 0, 0, Instant.now(), "lo", 100, "ping"));
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, "host", event));
            producer.commitTransaction();
        }
        admin.alterConsumerGroupOffsets("before", Map.of(new TopicPartition(TOPIC, 0), new OffsetAndMetadata(0)))
                .all()
                .get();
    }
}
