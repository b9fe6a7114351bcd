package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.NetifReceive;
import io.skbstream.avro.SessionState;
import io.skbstream.schemas.AvroSerializer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that are no events and no ledgers, on real topics. */
@Timeout(900)
class DeadLettersIT {
    private static final Instant NOW = Instant.now();

    @TempDir
    private Path folder;

    @Test
    void aRecordThatIsNoEventGoesToTheDeadLettersAndTheRowsSayWhatTheLedgersSay() throws Exception {
        try (var cluster = Cluster.start()) {
            check(cluster);
        }
    }

    private void check(Cluster cluster) throws Exception {
        cluster.create("poisoned", 1);
        byte[] event = new AvroSerializer<NetifReceive>().serialize("poisoned", event(0));
        byte[] truncated = Arrays.copyOf(event, event.length - 1);
        byte[] unknown = event.clone();
        unknown[4]++;
        byte[] large = new byte[1_040_000]; // with the headers of a letter Kafka would not take it
        new Random(1).nextBytes(large);
        byte[] ledger = new AvroSerializer<AgentLedger>()
                .serialize(
                        "ledgers",
                        SomeEvents.ledger("host-p", 1, SessionState.STOPPED)
                                .setTime(NOW)
                                .setRingFull(7)
                                .setSpooled(3)
                                .build());
        String[] args = {
            "--topic",
            "poisoned",
            "--application-id",
            "poisoned",
            "--dead-letter-topic",
            "dead",
            "--ledger-topic",
            "ledgers"
        };
        try (var job = cluster.start(folder, "poisoned", args);
                var producer = new KafkaProducer<>(
                        cluster.settings(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            Cluster.await(
                    "it works", () -> cluster.partitionsByMember("poisoned").containsValue(1));
            producer.send(new ProducerRecord<>("ledgers", "host-p/2", new byte[] {1}))
                    .get();
            producer.send(new ProducerRecord<>("ledgers", "host-p/1", ledger)).get();
            for (byte[] bytes : List.of(new byte[] {1, 2, 3}, event, truncated, unknown, large)) {
                producer.send(new ProducerRecord<>("poisoned", "host-p", bytes)).get();
            }
            Cluster.await("the event is counted", () -> job.stdout().size() == 2);
            assertThat(job.stdout().get(1)).startsWith("host-p ").contains(" 100.00 % ");
            Cluster.await("it names the second", () -> job.said("not an event: poisoned partition 0 offset 2") == 1);
            assertThat(job.signal("TERM").exitCode()).isZero();
            assertThat(job.said("4 records of poisoned were not events; those committed are in dead"))
                    .isEqualTo(1);
            assertThat(job.said("WARN  not an event: "))
                    .as("the 1st, 2nd and 4th are named")
                    .isEqualTo(3);
            var ledgers = new ConfigResource(ConfigResource.Type.TOPIC, "ledgers");
            assertThat(cluster.admin()
                            .describeConfigs(List.of(ledgers))
                            .all()
                            .get()
                            .get(ledgers)
                            .get("cleanup.policy")
                            .value())
                    .as("as the agent makes it")
                    .isEqualTo("compact");
        }
        var settings = cluster.settings(Map.of("isolation.level", "read_committed"));
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partition = List.of(new TopicPartition("dead", 0));
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            List<ConsumerRecord<String, byte[]>> letters = new ArrayList<>();
            Cluster.await("all dead letters are committed", () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(letters::add);
                return letters.size() >= 4;
            });
            assertThat(letters)
                    .extracting(ConsumerRecord::value)
                    .containsExactly(new byte[] {1, 2, 3}, truncated, unknown, Arrays.copyOf(large, 1000));
            assertThat(letters)
                    .extracting(DeadLettersIT::origin)
                    .containsExactly("poisoned 0 0", "poisoned 0 2", "poisoned 0 3", "poisoned 0 4");
        }
        try (var json = cluster.start(
                        folder,
                        "again",
                        Stream.concat(Stream.of(args), Stream.of("--json")).toArray(String[]::new));
                var producer = new KafkaProducer<>(
                        cluster.settings(Map.of()), new StringSerializer(), new AvroSerializer<NetifReceive>())) {
            producer.send(new ProducerRecord<>("poisoned", "host-p", event(1))).get();
            Cluster.await("a second event is counted", () -> !json.stdout().isEmpty());
            assertThat(json.stdout().get(0))
                    .contains("\"packets\": 2, ", "\"agentState\": \"STOPPED\"", "\"ring_full\": 7", "\"waiting\": 3");
        }
    }

    private static String origin(ConsumerRecord<String, byte[]> letter) {
        return Stream.of(DeadLetters.HEADER_TOPIC, DeadLetters.HEADER_PARTITION, DeadLetters.HEADER_OFFSET)
                .map(name -> new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8))
                .collect(Collectors.joining(" "));
    }

    private static NetifReceive event(long seq) {
        return SomeEvents.event("host-p", 1, 0, seq, NOW, "lo", 100, "ping");
    }
}
