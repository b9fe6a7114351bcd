package io.skbstream.producer.publish;

import static java.util.Map.entry;

import io.skbstream.producer.AgentException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How the agent talks to Kafka: its own defaults, under whatever the user passes through to the clients. Immutable.
 *
 * @param bootstrapServers {@code host:port}, comma-separated
 * @param passedThrough Kafka's own client keys, which win over the defaults
 */
public record KafkaSettings(String bootstrapServers, Map<String, String> passedThrough) {

    /** How long the agent waits for a first answer of the cluster, in milliseconds. */
    static final int FIRST_CONTACT_MS = 10_000;

    /** Kafka's words, of its ClientUtils, which come with the exception of any wrong setting. */
    private static final String NO_ADDRESS = "No resolvable bootstrap urls";

    private static final Map<String, Object> PRODUCER_DEFAULTS = Map.ofEntries(
            entry(ProducerConfig.ACKS_CONFIG, "all"),
            entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
            entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"),
            entry(ProducerConfig.LINGER_MS_CONFIG, 20),
            entry(ProducerConfig.BATCH_SIZE_CONFIG, 512 * 1024),
            entry(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L * 1024 * 1024),
            // The spool is where an event waits for long, not the client.
            entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000),
            entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000),
            // Never wait for metadata or room: by a clock that is set back, a wait of Kafka's client lasts that much
            // longer.
            entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0L),
            // So what is known of the topic is kept while a host is quiet.
            entry(ProducerConfig.METADATA_MAX_IDLE_CONFIG, (long) Integer.MAX_VALUE),
            entry(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false));

    private static final Map<String, Object> CONSUMER_DEFAULTS = Map.of(
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            10_000,
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            4 * 1024 * 1024,
            ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
            16 * 1024 * 1024,
            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            FIRST_CONTACT_MS,
            CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG,
            false);

    public KafkaSettings {
        passedThrough = Map.copyOf(passedThrough);
    }

    /** Keys that no part of Kafka's client knows: typing errors, or meant for a plug-in. */
    public Set<String> unknownKeys() {
        Set<String> unknown = new TreeSet<>(passedThrough.keySet());
        unknown.removeAll(ProducerConfig.configNames());
        unknown.removeAll(AdminClientConfig.configNames());
        unknown.removeAll(ConsumerConfig.configNames());
        return unknown;
    }

    /**
     * @throws KafkaAwayException if no server has an address
     * @throws AgentException if a client setting is not valid
     */
    KafkaProducer<byte[], byte[]> producer(String clientId) {
        Map<String, Object> config = new HashMap<>(PRODUCER_DEFAULTS);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        config.putAll(common());
        try {
            return new KafkaProducer<>(properties(config), new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException refused) {
            throw unusable(refused);
        }
    }

    /** @throws AgentException if a client setting is not valid */
    public Admin admin() {
        Map<String, Object> config = new HashMap<>(common());
        config.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, FIRST_CONTACT_MS);
        config.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, FIRST_CONTACT_MS);
        try {
            return Admin.create(properties(config));
        } catch (KafkaException refused) {
            throw unusable(refused);
        }
    }

    /**
     * For whoever reads whole topics: of no group, from the beginning, in large steps.
     *
     * @throws AgentException if a client setting is not valid
     */
    public Consumer<byte[], byte[]> consumer() {
        Map<String, Object> config = new HashMap<>(CONSUMER_DEFAULTS);
        config.putAll(common());
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // What retention deletes ahead of the reader is skipped, but nothing behind it.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        try {
            return new KafkaConsumer<>(properties(config), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException refused) {
            throw unusable(refused);
        }
    }

    private Map<String, Object> common() {
        Map<String, Object> config = new HashMap<>(passedThrough);
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return config;
    }

    private AgentException unusable(KafkaException refused) {
        // "Failed to construct kafka producer" says nothing; the cause does.
        Throwable cause = refused.getCause() == null ? refused : refused.getCause();
        if (String.valueOf(cause.getMessage()).startsWith(NO_ADDRESS)) {
            return new KafkaAwayException(
                    "none of the servers " + bootstrapServers + " has an address; correct --bootstrap-servers"
                            + " (or KAFKA_BOOTSTRAP_SERVERS), or look at this host's name server",
                    refused);
        }
        return new AgentException(
                "Kafka's client refuses its settings: " + cause.getMessage() + "; correct --bootstrap-servers (now "
                        + bootstrapServers + "), -K or --kafka-config",
                refused);
    }

    private static Properties properties(Map<String, Object> config) {
        Properties properties = new Properties();
        properties.putAll(config);
        return properties;
    }
}
