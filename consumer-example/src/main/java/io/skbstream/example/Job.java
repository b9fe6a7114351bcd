package io.skbstream.example;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.clients.NativeLibrary;
import io.skbstream.clients.ProgramException;
import io.skbstream.clients.Secrets;
import io.skbstream.clients.StopSignal;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.AvroSerde;
import io.skbstream.schemas.Topics;
import io.skbstream.schemas.registry.RegistryAwayException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of the topology against a broker, from waiting for the topics to leaving the group. */
final class Job {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    /** When nothing can be written anyway. */
    private static final Duration CLOSE_TIMEOUT_UNCONNECTED = Duration.ofSeconds(3);

    private static final Logger LOG = LoggerFactory.getLogger(Job.class);
    private static final int ADMIN_TIMEOUT_MS = 10_000;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Properties settings;
    private final String topic;
    private final String ledgerTopic;
    private final Windows windows;
    private final View view;
    private final AvroSerde<NetifReceive> events = AvroSerde.of(NetifReceive.class);
    private final AvroSerde<LoopbackByHost> rows = AvroSerde.of(LoopbackByHost.class);
    private final String servers;
    private final LongAdder deadLetters = new LongAdder();
    private boolean connected;

    /**
     * @param settings for Kafka's clients and Streams, with bootstrap.servers and application.id
     * @param topic where the events are
     * @param ledgerTopic where the agents' ledgers are
     * @throws ConfigException if a setting is wrong
     */
    Job(Properties settings, String topic, String ledgerTopic, Windows windows, View view) {
        this.settings = settings;
        this.topic = topic;
        this.ledgerTopic = ledgerTopic;
        this.windows = windows;
        this.view = view;
        servers = settings.getProperty("bootstrap.servers");
        settings.put(DeadLetters.COUNT_CONFIG, deadLetters);
        var all = new StreamsConfig(settings).originals();
        events.configure(all, false);
        rows.configure(all, false);
    }

    static Properties defaults() {
        var defaults = new Properties();
        defaults.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "1000"); // so rows change once a second
        defaults.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // Another instance, where there is one, follows each changelog and takes over at once.
        defaults.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, "1");
        // An instance that joins first restores its share beside its owner, and then waits for the next probe to get
        // it.
        defaults.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, "60000"); // the least there is
        defaults.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetters.class.getName());
        defaults.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetters.class.getName());
        defaults.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, Topics.DEAD_LETTER);
        // A minute, its own default, ends the job where a broker goes away before the producer knows all its topics.
        defaults.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_BLOCK_MS_CONFIG), "600000");
        // In its place, which costs nothing; a thread that begins again has to wait for the group to miss the old one.
        defaults.put(AvroDeserializer.REGISTRY_WAIT_CONFIG, "120000");
        defaults.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        defaults.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, "10000");
        return defaults;
    }

    /**
     * Runs until stopped, or until nobody reads the view any more.
     *
     * @throws ProgramException with one line that says why, if the job cannot run or failed
     */
    void run(StopSignal stop) throws InterruptedException {
        if (!topicsAreReady(stop)) {
            return;
        }
        Topology topology = LoopbackTopology.of(topic, events, rows, ledgerTopic, windows, view);
        var failure = new AtomicReference<Throwable>();
        var ending = new AtomicBoolean();
        var streams = new KafkaStreams(topology, settings);
        streams.setUncaughtExceptionHandler(error -> {
            if (isRegistryAway(error) && ending.get()) {
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT; // nothing is lost: the next run continues
            }
            if (isRegistryAway(
                    error)) { // its thread begins again where it committed last, and so until there is an answer
                LOG.warn("a thread begins again: {}", rootOf(error));
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            }
            failure.compareAndSet(null, error);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.start();
        while (!stop.await(LOOK_EVERY) && failure.get() == null && view.draw()) {
            sayWhenTheBrokerGoesOrComes(streams);
        }
        ending.set(true);
        events.close(); // lets go a thread that waits for the registry, which nobody interrupts
        rows.close();
        // Its state is in memory, so nothing is gained by keeping its place: others take over at once.
        Duration timeout = connected ? CLOSE_TIMEOUT : CLOSE_TIMEOUT_UNCONNECTED;
        boolean closed = streams.close(
                CloseOptions.timeout(timeout).withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
        view.draw();
        if (deadLetters.sum() > 0) {
            LOG.warn(
                    "{} records of {} were not events; those committed are in {}",
                    deadLetters,
                    topic,
                    deadLetterTopic());
        }
        if (failure.get() != null) {
            throw new ProgramException(
                    "the job failed: " + NativeLibrary.explain(failure.get()).orElseGet(() -> rootOf(failure.get())),
                    failure.get());
        }
        if (!closed) {
            throw new ProgramException("the last sums were not written within " + timeout.toSeconds()
                    + " s; the next run continues from the last commit");
        }
    }

    private void sayWhenTheBrokerGoesOrComes(KafkaStreams streams) {
        // The restore consumer rests most of the time and does not notice.
        boolean connectedNow = streams.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("connection-count"))
                .filter(metric -> metric.metricName().group().equals("consumer-metrics"))
                .filter(metric -> !metric.metricName().tags().get("client-id").contains("restore"))
                .anyMatch(metric -> (double) metric.metricValue() > 0);
        if (connectedNow && !connected) {
            LOG.info("connected to Kafka at {}", servers);
        } else if (connected && !connectedNow) {
            LOG.warn("no connection to Kafka at {}; trying on", servers);
        }
        connected = connectedNow;
    }

    private boolean topicsAreReady(StopSignal stop) throws InterruptedException {
        var adminSettings = new Properties();
        adminSettings.putAll(settings);
        adminSettings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MS);
        adminSettings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MS);
        try (Admin admin = Admin.create(adminSettings)) {
            return new TopicSetup(admin).prepare(topic, ledgerTopic, deadLetterTopic(), stop);
        } catch (ExecutionException e) {
            throw new ProgramException(
                    e.getCause() instanceof TimeoutException
                            ? "no Kafka broker answered at %s within %d s; start one, or name yours with --bootstrap-servers"
                                    .formatted(servers, ADMIN_TIMEOUT_MS / 1000)
                            : "Kafka at %s refused to describe the topics: %s"
                                    .formatted(servers, e.getCause().getMessage()),
                    e);
        } catch (KafkaException e) {
            throw new ProgramException(
                    "cannot use Kafka at %s: %s".formatted(servers, Secrets.hideIn(rootOf(e), settings)), e);
        }
    }

    private String deadLetterTopic() {
        return settings.getProperty(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG);
    }

    private static boolean isRegistryAway(Throwable error) {
        return error != null && (error instanceof RegistryAwayException || isRegistryAway(error.getCause()));
    }

    private static String rootOf(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
