package io.skbstream.producer.publish;

import static java.util.Map.entry;

import io.skbstream.clients.NativeLibrary;
import io.skbstream.clients.NativeLibraryException;
import io.skbstream.clients.PlainPeer;
import io.skbstream.clients.Secrets;
import io.skbstream.clients.SystemFailure;
import io.skbstream.producer.AgentException;
import io.skbstream.schemas.registry.RegistrySettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How the agent talks to Kafka: its own defaults, under whatever the user passes through to the clients.
 *
 * @param bootstrapServers {@code host:port}, comma-separated
 * @param keys Kafka's own client keys, which win over the defaults; every client takes them as they are when it is made
 */
public record KafkaSettings(String bootstrapServers, ClientKeys keys) {

    /** How long the agent waits for a first answer of the cluster, in milliseconds, unless it is told otherwise. */
    private static final int FIRST_CONTACT_MS = 10_000;

    /** Kafka's words, of its ClientUtils, which come with the exception of any wrong setting. */
    private static final String NO_ADDRESS = "No resolvable bootstrap urls";

    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9]*([._-][a-z0-9]+)*");

    /** Stands for what is not printed. */
    private static final String STRAY =
            "in a line that is not shown, since it may be part of a secret (a value goes on in the next line only behind a \\)";

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

    /** @param passedThrough Kafka's own client keys */
    public KafkaSettings(String bootstrapServers, Map<String, String> passedThrough) {
        this(bootstrapServers, new ClientKeys(Optional.empty(), passedThrough));
    }

    /**
     * The schema registry that the keys name, besides.
     *
     * @throws AgentException if they cannot be used
     */
    public Optional<RegistrySettings> registry() {
        try {
            return RegistrySettings.of(passedThrough());
        } catch (ConfigException wrong) {
            throw new AgentException(wrong.getMessage(), wrong);
        }
    }

    /** Where that one listens: {@code host:port} each. */
    public List<String> registryAddresses() {
        return registry().map(RegistrySettings::addresses).orElse(List.of());
    }

    /**
     * Kafka's own client keys as of now.
     *
     * @throws AgentException as {@link ClientKeys#read}
     */
    public Map<String, String> passedThrough() {
        return keys.read();
    }

    /**
     * Keys that no part of Kafka's client knows: typing errors, or meant for a plug-in. What does not look like a key, as a line of
     * a value that goes on over several, may be a secret and is not among them.
     */
    public Set<String> unknownKeys() {
        return passedThrough().entrySet().stream()
                .filter(entry -> !Secrets.isKnown(entry.getKey()))
                .map(entry -> isLikeAKey(entry) ? entry.getKey() : STRAY)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isLikeAKey(Map.Entry<String, String> entry) {
        return KEY.matcher(entry.getKey()).matches() && !entry.getValue().isEmpty();
    }

    /**
     * Every setting of the agent's producer, sorted, without secrets.
     *
     * @throws AgentException if one is not valid
     */
    public SortedMap<String, String> shown(String host) {
        Map<String, Object> config = producerConfig(clientId(host));
        SortedMap<String, String> shown = new TreeMap<>();
        passedThrough().forEach((key, value) -> shown.put(key, Secrets.shown(key, value)));
        shown.keySet().removeIf(key -> !KEY.matcher(key).matches());
        parsed(config).values().forEach((key, value) -> shown.put(key, Secrets.shown(key, text(value))));
        config.forEach((key, value) -> shown.replace(key, Secrets.shown(key, text(value)))); // as it was given
        return shown;
    }

    /**
     * What keeps this client out of Kafka, and what mends it, in a sentence; empty if the failure is of another kind. May look at
     * a broker's certificate, so it may take some seconds.
     *
     * @param topic that it was about
     */
    public Optional<String> explain(String topic, Throwable failure) {
        try {
            return new Explanation(bootstrapServers, topic, identity()).of(failure);
        } catch (AgentException refused) { // a file was changed, and must not be used now
            return Optional.of(refused.getMessage());
        }
    }

    /** The same of no topic, and of a client that was made with this identity: by now the files may hold another one. */
    Optional<String> explain(Throwable failure, ClientIdentity client) {
        return new Explanation(bootstrapServers, "", client).of(failure);
    }

    /** That no answer came in the time that there was for it. */
    KafkaAwayException silence(TimeoutException failure) {
        String patienceMs = passedThrough()
                .getOrDefault(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, Integer.toString(FIRST_CONTACT_MS));
        return new KafkaAwayException(
                "no Kafka broker answers at " + bootstrapServers + " within "
                        + Long.parseLong(patienceMs) / 1000
                        + " s; start the broker, or correct --bootstrap-servers (or KAFKA_BOOTSTRAP_SERVERS)",
                failure);
    }

    /** What the agent of a host is called among Kafka's clients. */
    static String clientId(String host) {
        return "skbstream-" + host;
    }

    /**
     * @throws KafkaAwayException if no server has an address, or what answers there is no Kafka in plain text but asked for so
     * @throws AgentException if a client setting is not valid
     */
    KafkaProducer<byte[], byte[]> producer(String clientId) {
        requireKafka();
        Map<String, Object> config = producerConfig(clientId);
        try {
            return new KafkaProducer<>(properties(config));
        } catch (KafkaException refused) {
            throw unusable(refused);
        }
    }

    /**
     * Starts the native library of the producer's compression, if it has one.
     *
     * @throws AgentException if it cannot be started, or a setting is not valid
     */
    public void startCompression() {
        Map<String, Object> config = producerConfig("");
        try {
            NativeLibrary.startFor(parsed(config).getString(ProducerConfig.COMPRESSION_TYPE_CONFIG));
        } catch (NativeLibraryException refused) {
            throw new AgentException(refused.getMessage(), refused);
        }
    }

    /** @throws AgentException if a client setting is not valid */
    public Admin admin() {
        requireKafka();
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
        requireKafka();
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

    /**
     * Who this client is for Kafka, as of now.
     *
     * @throws AgentException as {@link ClientKeys#read}
     */
    ClientIdentity identity() {
        return ClientIdentity.of(passedThrough());
    }

    private Map<String, Object> producerConfig(String clientId) {
        Map<String, Object> config = new HashMap<>(PRODUCER_DEFAULTS);
        config.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        config.putAll(common());
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return config;
    }

    private Map<String, Object> common() {
        Map<String, Object> config = new HashMap<>(passedThrough());
        config.keySet().removeIf(RegistrySettings::isOne);
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return config;
    }

    /** @throws AgentException if a setting of the producer is not valid, as far as that shows without making one */
    void check(String clientId) {
        parsed(producerConfig(clientId));
    }

    private ProducerConfig parsed(Map<String, Object> config) {
        try {
            return new ProducerConfig(properties(config));
        } catch (KafkaException refused) {
            throw unusable(refused);
        }
    }

    private static String text(Object value) {
        if (value instanceof Class<?> type) {
            return type.getName();
        }
        return value instanceof List<?> all
                ? String.join(",", all.stream().map(KafkaSettings::text).toList())
                : Objects.toString(value, "");
    }

    /** @throws KafkaAwayException if something else answers in plain text, which Kafka's client would choke on */
    private void requireKafka() {
        PlainPeer.obstacle(bootstrapServers, identity().securityProtocol()).ifPresent(why -> {
            throw new KafkaAwayException(bootstrapServers, why, null);
        });
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
        if (SystemFailure.of(refused).isLimit()) {
            return new KafkaAwayException( // which passes, and must not end an agent that captures
                    "Kafka's client cannot be started: "
                            + SystemFailure.explain(refused).orElseThrow(),
                    refused);
        }
        String reasons = identity().hideIn(reasons(cause));
        return new AgentException(
                "Kafka's client refuses its settings: " + reasons + "; correct "
                        + (reasons.contains(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)
                                ? "--bootstrap-servers (now " + bootstrapServers + ")"
                                : "-K or --kafka-config"),
                refused);
    }

    /** What a failure and its causes say, each once: "Failed to create new NetworkClient" alone says nothing. */
    private static String reasons(Throwable failure) {
        String all = String.valueOf(failure.getMessage());
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            String words = cause.getMessage();
            all = words == null || all.contains(words) ? all : all + ": " + words;
        }
        return all.replace('\n', ' ');
    }

    private static Properties properties(Map<String, Object> config) {
        Properties properties = new Properties();
        properties.putAll(config);
        return properties;
    }
}
