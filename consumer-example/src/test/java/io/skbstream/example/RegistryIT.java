package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.NetifReceive;
import io.skbstream.embeddedregistry.ApicurioRegistry;
import io.skbstream.schemas.AvroSerializer;
import io.skbstream.schemas.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A topic in which some agents have a registry and some do not, and a registry that hangs meanwhile. */
@Timeout(900)
class RegistryIT {
    private static final String TOPIC = "mixed";
    private static final String HOST = "host-m";
    private static final Instant NOW = Instant.now();

    @TempDir
    private Path folder;

    @Test
    void bothFormatsAreCountedAndAnOutageOfTheRegistryLosesAndDropsNothing() throws Exception {
        try (var registry = ApicurioRegistry.start();
                var cluster = Cluster.start()) {
            check(registry, cluster);
        }
    }

    private void check(ApicurioRegistry registry, Cluster cluster) throws Exception {
        cluster.create(TOPIC, 1);
        var plain = new AvroSerializer<NetifReceive>();
        var withId = new AvroSerializer<NetifReceive>();
        withId.configure(Map.of("schema.registry.url", registry.url()), false);
        try (var producer = new KafkaProducer<>(
                        cluster.settings(Map.of()), new StringSerializer(), new ByteArraySerializer());
                var job = cluster.start(
                        folder,
                        "job",
                        "--topic",
                        TOPIC,
                        "--application-id",
                        TOPIC,
                        "--dead-letter-topic",
                        "dead",
                        "--json",
                        "--registry",
                        registry.url())) {
            for (int seq = 0; seq < 10; seq++) {
                send(producer, (seq % 2 == 0 ? plain : withId).serialize(TOPIC, event(seq)));
            }
            Cluster.await("both formats are counted", () -> rows(job, 10) > 0);

            byte[] newer = byNewerAgent(registry, plain.serialize(TOPIC, event(10)));
            registry.pause();
            send(producer, newer);
            send(producer, withId.serialize(TOPIC, event(11)));
            Cluster.await("it waits for the registry", () -> job.said("does not answer") > 0);
            assertThat(rows(job, 11) + rows(job, 12)).isZero();
            registry.resume();
            Cluster.await("the rest is counted", () -> rows(job, 12) > 0);

            assertThat(job.signal("TERM").exitCode()).isZero();
            assertThat(job.said("were not events")).isZero();
        }
        assertThat(cluster.ends("dead", IsolationLevel.READ_UNCOMMITTED))
                .allSatisfy((partition, end) -> assertThat(end).isZero());
        rowsHaveAnId(registry, cluster);
    }

    @Test
    void itEndsAsEverWhileItWaitsForTheRegistry() throws Exception {
        try (var registry = ApicurioRegistry.start();
                var cluster = Cluster.start()) {
            cluster.create(TOPIC, 1);
            try (var producer = new KafkaProducer<>(
                            cluster.settings(Map.of()), new StringSerializer(), new ByteArraySerializer());
                    var job = cluster.start(
                            folder, "job", "--topic", TOPIC, "--application-id", TOPIC, "--registry", registry.url())) {
                registry.pause();
                byte[] record = new AvroSerializer<NetifReceive>().serialize(TOPIC, event(0));
                send(producer, withId(99, record));
                Cluster.await("it waits for the registry", () -> job.said("does not answer") > 0);

                assertThat(job.signal("TERM").exitCode()).isZero();
                assertThat(job.said("last sums were not written"))
                        .as("it did not use up the time that it gives itself")
                        .isZero();
            }
        }
    }

    private static byte[] withId(int id, byte[] singleObject) {
        return ByteBuffer.allocate(5 + singleObject.length - 10)
                .put((byte) 0)
                .putInt(id)
                .put(singleObject, 10, singleObject.length - 10)
                .array();
    }

    /** Its schema has a field more, which this jar does not know. */
    private static byte[] byNewerAgent(ApicurioRegistry registry, byte[] singleObject) throws Exception {
        String schema = NetifReceive.getClassSchema()
                .toString()
                .replace("\"fields\":[", "\"fields\":[{\"name\":\"queue\",\"type\":\"int\",\"default\":0},");
        String body = "{\"schema\":\"" + schema.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}";
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(registry.url() + "/subjects/" + TOPIC + "-value/versions"))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        int id = Integer.parseInt(answer.body().replaceAll("\\D", ""));
        return ByteBuffer.allocate(5 + 1 + singleObject.length - 10)
                .put((byte) 0)
                .putInt(id)
                .put((byte) 8)
                .put(singleObject, 10, singleObject.length - 10)
                .array();
    }

    private static void rowsHaveAnId(ApicurioRegistry registry, Cluster cluster) throws InterruptedException {
        var settings = cluster.settings(Map.of("isolation.level", "read_committed"));
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partition = List.of(new TopicPartition(Topics.LOOPBACK_BY_HOST, 0));
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            List<byte[]> rows = new ArrayList<>();
            Cluster.await("there are rows", () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(row -> rows.add(row.value()));
                return !rows.isEmpty();
            });
            assertThat(rows).allSatisfy(row -> assertThat(row).startsWith(0, 0, 0, 0));
        }
        assertThat(URI.create(registry.url() + "/config/" + Topics.LOOPBACK_BY_HOST + "-value"))
                .satisfies(config -> {
                    try (var in = config.toURL().openStream()) {
                        assertThat(in.readAllBytes()).asString().contains("BACKWARD");
                    }
                });
    }

    private static long rows(JobProcess job, int packets) {
        return job.stdout().stream()
                .filter(row -> row.contains("\"packets\": " + packets + ","))
                .count();
    }

    private static void send(KafkaProducer<String, byte[]> producer, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(TOPIC, HOST, value)).get();
    }

    private static NetifReceive event(long seq) {
        return SomeEvents.event(HOST, 1, 0, seq, NOW, "lo", 100, "ping");
    }
}
