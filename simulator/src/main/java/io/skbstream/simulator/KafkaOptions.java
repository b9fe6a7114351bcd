package io.skbstream.simulator;

import static java.util.Map.entry;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The options that say where Kafka is, and what is made of them. One thread. */
final class KafkaOptions {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaOptions.class);
    private static final int FIRST_CONTACT_MS = 10_000;

    /** As the agent's, but for the waits: an agent has a spool, this has nothing better to do. */
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            entry(ProducerConfig.ACKS_CONFIG, "all"),
            entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true"),
            entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"),
            entry(ProducerConfig.LINGER_MS_CONFIG, "20"),
            entry(ProducerConfig.BATCH_SIZE_CONFIG, "524288"),
            entry(ProducerConfig.BUFFER_MEMORY_CONFIG, "67108864"),
            entry(ProducerConfig.CLIENT_ID_CONFIG, "skbstream-simulator"),
            entry("enable.metrics.push", "false"));

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "Kafka brokers. Default: $KAFKA_BOOTSTRAP_SERVERS, else localhost:9092.")
    private String bootstrapServers;

    @Option(names = "--kafka-config", paramLabel = "FILE", description = "Properties for Kafka's clients.")
    private Path kafkaConfig;

    @Option(names = "-K", paramLabel = "KEY=VALUE", description = "One such property; wins over the file.")
    private Map<String, String> kafkaProperties = new HashMap<>();

    private Properties settings;

    /**
     * Reads all of it; to be called before anything else.
     *
     * @throws IllegalArgumentException if the file cannot be read or a property is not valid
     */
    void check() {
        // Defaults give way to the file, the file to -K, and all of them to the options that were given.
        settings = new Properties();
        settings.putAll(DEFAULTS);
        settings.put("bootstrap.servers", System.getenv().getOrDefault("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092"));
        if (kafkaConfig != null) {
            try (Reader file = Files.newBufferedReader(kafkaConfig)) {
                settings.load(file);
            } catch (IOException | IllegalArgumentException e) {
                String why = e instanceof NoSuchFileException ? "no such file" : e.getMessage();
                throw new IllegalArgumentException("cannot read --kafka-config " + kafkaConfig + ": " + why, e);
            }
        }
        settings.putAll(kafkaProperties);
        if (bootstrapServers != null) {
            settings.put("bootstrap.servers", bootstrapServers);
        }
        var whole = new Properties();
        whole.putAll(settings);
        whole.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        whole.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        try {
            new ProducerConfig(whole);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Owned by the caller. */
    KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Creates the topics that are missing.
     *
     * @throws IllegalStateException with one line that says why, if Kafka does not answer, or a topic is not there and may not
     *     be created
     */
    void prepare(String events, Optional<Integer> partitions, String ledgers) throws InterruptedException {
        String servers = settings.getProperty("bootstrap.servers");
        var adminSettings = new Properties();
        adminSettings.putAll(settings);
        adminSettings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, FIRST_CONTACT_MS);
        adminSettings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, FIRST_CONTACT_MS);
        try (Admin admin = Admin.create(adminSettings)) {
            var existing = admin.listTopics().names().get();
            if (!existing.contains(events)) {
                create(admin, new NewTopic(events, partitions, Optional.empty()));
            }
            if (!existing.contains(ledgers)) {
                create(
                        admin,
                        new NewTopic(ledgers, Optional.of(1), Optional.empty())
                                .configs(Map.of("cleanup.policy", "compact")));
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    e.getCause() instanceof TimeoutException
                            ? "no Kafka broker answered at %s within %d s; start one, or name yours with --bootstrap-servers"
                                    .formatted(servers, FIRST_CONTACT_MS / 1000)
                            : "Kafka at %s refused to list its topics: %s"
                                    .formatted(servers, e.getCause().getMessage()),
                    e);
        } catch (KafkaException e) {
            String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            throw new IllegalStateException("cannot use Kafka at %s: %s".formatted(servers, why), e);
        }
    }

    private static void create(Admin admin, NewTopic topic) throws InterruptedException {
        try {
            admin.createTopics(List.of(topic)).all().get();
            LOG.info("created the topic {}", topic.name());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) { // another one may have been quicker
                throw new IllegalStateException(
                        "cannot create the topic %s: %s; let it be created with: kafka-topics.sh --create --topic %s"
                                .formatted(topic.name(), e.getCause().getMessage(), topic.name()),
                        e);
            }
        }
    }
}
