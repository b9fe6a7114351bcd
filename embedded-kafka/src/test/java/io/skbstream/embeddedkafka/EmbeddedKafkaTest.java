package io.skbstream.embeddedkafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.junit.jupiter.api.Test;

class EmbeddedKafkaTest {
    private static final String TOPIC = "greetings";
    private static final Optional<Integer> ONE_PARTITION = Optional.of(1);

    @Test
    void aRecordThatWasProducedIsReadByAConsumerGroup() throws Exception {
        try (var kafka = EmbeddedKafka.start()) {
            createTopic(kafka);
            produce(kafka, "host", "hello");

            assertThat(firstValue(kafka)).isEqualTo("hello");
        }
    }

    @Test
    void nothingIsLeftAfterClose() throws Exception {
        var kafka = EmbeddedKafka.start();
        assertThat(kafka.folder()).isNotEmptyDirectory();

        kafka.close();
        kafka.close();

        assertThat(kafka.folder()).doesNotExist();
        assertThat(listeningAddresses()).doesNotContainKey(port(kafka));
    }

    @Test
    void twoRunAtOnceAndDoNotShareTopics() throws Exception {
        try (var one = EmbeddedKafka.start();
                var other = EmbeddedKafka.start()) {
            createTopic(one);

            assertThat(topics(one)).contains(TOPIC);
            assertThat(topics(other)).doesNotContain(TOPIC);
        }
    }

    @Test
    void itListensOnLoopbackOnly() throws Exception {
        var before = listeningAddresses();
        try (var kafka = EmbeddedKafka.start()) {
            var opened = listeningAddresses();
            opened.keySet().removeAll(before.keySet());

            assertThat(opened).hasSizeGreaterThanOrEqualTo(2).containsKey(port(kafka));
            assertThat(opened.values()).containsOnly("127.0.0.1");
        }
    }

    @Test
    void aTopicIsNotCreatedByWritingToIt() throws Exception {
        try (var kafka = EmbeddedKafka.start();
                var admin = admin(kafka)) {
            assertThatThrownBy(() ->
                            admin.describeTopics(List.of(TOPIC)).allTopicNames().get())
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
            assertThat(topics(kafka)).doesNotContain(TOPIC);
        }
    }

    @Test
    void aTestMayRefuseTheCreationOfTopics() throws Exception {
        var authorized = Map.of("authorizer.class.name", StandardAuthorizer.class.getName());
        try (var kafka = EmbeddedKafka.start(authorized);
                var admin = admin(kafka)) {
            admin.createAcls(List.of(
                            deny(AclOperation.CREATE, ResourceType.CLUSTER, "kafka-cluster"),
                            deny(AclOperation.CREATE, ResourceType.TOPIC, TOPIC)))
                    .all()
                    .get();

            assertThatThrownBy(() -> createTopic(kafka)).hasCauseInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void aPortThatIsTakenIsSaidAndLeavesNoFolder() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var before = kafkaFolders();

            assertThatThrownBy(
                            () -> EmbeddedKafka.start(BrokerSettings.defaults().withPort(taken.getLocalPort())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasRootCauseInstanceOf(BindException.class);
            assertThat(kafkaFolders()).isEqualTo(before);
        }
    }

    private static void createTopic(EmbeddedKafka kafka) throws Exception {
        try (var admin = admin(kafka)) {
            admin.createTopics(List.of(new NewTopic(TOPIC, ONE_PARTITION, Optional.empty())))
                    .all()
                    .get();
        }
    }

    private static void produce(EmbeddedKafka kafka, String key, String value) throws Exception {
        var settings = Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers());
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, key, value)).get();
        }
    }

    private static String firstValue(EmbeddedKafka kafka) {
        var settings = Map.<String, Object>of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                ConsumerConfig.GROUP_ID_CONFIG,
                "readers",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            return consumer.poll(Duration.ofSeconds(20)).iterator().next().value();
        }
    }

    private static Iterable<String> topics(EmbeddedKafka kafka) throws Exception {
        try (var admin = admin(kafka)) {
            return admin.listTopics().names().get();
        }
    }

    private static Admin admin(EmbeddedKafka kafka) {
        return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    private static AclBinding deny(AclOperation operation, ResourceType type, String name) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:*", "*", operation, AclPermissionType.DENY));
    }

    private static int port(EmbeddedKafka kafka) {
        return Integer.parseInt(kafka.bootstrapServers().split(":")[1]);
    }

    /** Address by port of all TCP sockets that listen in this network namespace, from /proc/net/tcp and tcp6. */
    private static Map<Integer, String> listeningAddresses() throws IOException {
        var lines = Files.readAllLines(Path.of("/proc/net/tcp"));
        lines.addAll(Files.readAllLines(Path.of("/proc/net/tcp6")));
        return lines.stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields[3].equals("0A"))
                .map(fields -> fields[1].split(":"))
                .collect(Collectors.toMap(
                        local -> Integer.parseInt(local[1], 16),
                        local -> isLoopback(local[0]) ? "127.0.0.1" : local[0],
                        (one, other) -> one + " " + other));
    }

    /** 127.0.0.1 as the kernel prints it, plain and mapped into IPv6, on a little-endian machine. */
    private static boolean isLoopback(String hex) {
        return hex.equals("0100007F") || hex.equals("0000000000000000FFFF00000100007F");
    }

    private static List<Path> kafkaFolders() throws IOException {
        try (var files = Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "skbstream-kafka-*")) {
            return java.util.stream.StreamSupport.stream(files.spliterator(), false)
                    .sorted()
                    .toList();
        }
    }
}
