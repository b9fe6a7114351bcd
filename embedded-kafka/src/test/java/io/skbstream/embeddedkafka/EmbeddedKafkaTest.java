package io.skbstream.embeddedkafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class EmbeddedKafkaTest {
    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");
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
        assertThat(ownListeners()).doesNotContainKey(port(kafka));
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
        var before = ownListeners();
        try (var kafka = EmbeddedKafka.start()) {
            var opened = ownListeners();
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

            Await.until("the controller has the ACLs", () -> isRefused(admin));
            assertThatThrownBy(() -> createTopic(kafka)).hasCauseInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (var taken = takenPort()) {
            assertThatThrownBy(
                            () -> EmbeddedKafka.start(BrokerSettings.defaults().withPort(taken.getLocalPort())))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasRootCauseInstanceOf(BindException.class);
        }
    }

    /** In a process of its own, because others may make such folders in this one's temporary folder meanwhile. */
    @Test
    void aBrokerThatCannotListenLeavesNoFolder(@TempDir Path temporary, @TempDir Path outputs) throws Exception {
        try (var taken = takenPort()) {
            Path said = outputs.resolve("said");
            var broker = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:-UsePerfData",
                            "-Djava.io.tmpdir=" + temporary,
                            "-cp",
                            System.getProperty("java.class.path"),
                            Main.class.getName(),
                            "--port",
                            Integer.toString(taken.getLocalPort()))
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            try {
                assertThat(broker.waitFor(Await.PATIENCE_S, TimeUnit.SECONDS))
                        .as("it ends")
                        .isTrue();
            } finally {
                broker.destroyForcibly();
            }
            assertThat(broker.exitValue()).isEqualTo(1);
            assertThat(Files.readString(said)).contains("embedded-kafka: it did not start: ");
            assertThat(temporary).isEmptyDirectory();
        }
    }

    private static ServerSocket takenPort() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    }

    /** Whether the topic would be refused, without making it. */
    private static boolean isRefused(Admin admin) throws InterruptedException {
        try {
            var topic = List.of(new NewTopic(TOPIC, ONE_PARTITION, Optional.empty()));
            admin.createTopics(topic, new CreateTopicsOptions().validateOnly(true))
                    .all()
                    .get();
            return false;
        } catch (ExecutionException e) {
            return e.getCause() instanceof TopicAuthorizationException;
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

    private static String firstValue(EmbeddedKafka kafka) throws Exception {
        var settings = Map.<String, Object>of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                ConsumerConfig.GROUP_ID_CONFIG,
                "readers",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            List<String> values = new ArrayList<>();
            Await.until("there is a record", () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
                return !values.isEmpty();
            });
            return values.get(0);
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

    /** Address by port of all TCP sockets of this process that listen; other processes may open some meanwhile. */
    private static Map<Integer, String> ownListeners() throws IOException {
        var own = ownSockets();
        var lines = new ArrayList<String>();
        for (String table : List.of("tcp", "tcp6")) {
            Path file = Path.of("/proc/net", table);
            if (Files.exists(file)) { // there is no tcp6 without IPv6
                lines.addAll(Files.readAllLines(file));
            }
        }
        return lines.stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields[3].equals("0A") && own.contains(fields[9]))
                .map(fields -> fields[1].split(":"))
                .collect(Collectors.toMap(
                        local -> Integer.parseInt(local[1], 16),
                        local -> isLoopback(local[0]) ? "127.0.0.1" : local[0],
                        (one, other) -> one + " " + other));
    }

    /** Their inodes. */
    private static Set<String> ownSockets() throws IOException {
        var inodes = new HashSet<String>();
        try (var files = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path file : files) {
                var socket = SOCKET.matcher(target(file));
                if (socket.matches()) {
                    inodes.add(socket.group(1));
                }
            }
        }
        return inodes;
    }

    private static String target(Path link) throws IOException {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException closed) {
            return "";
        }
    }

    /** 127.0.0.1 as the kernel prints it, plain and mapped into IPv6, on a little-endian machine. */
    private static boolean isLoopback(String hex) {
        return hex.equals("0100007F") || hex.equals("0000000000000000FFFF00000100007F");
    }
}
