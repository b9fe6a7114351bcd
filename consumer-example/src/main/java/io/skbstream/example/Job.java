package io.skbstream.example;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.clients.AdvertisedBrokers;
import io.skbstream.clients.NativeLibrary;
import io.skbstream.clients.PlainPeer;
import io.skbstream.clients.ProgramException;
import io.skbstream.clients.Secrets;
import io.skbstream.clients.StopSignal;
import io.skbstream.clients.SystemFailure;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.AvroSerde;
import io.skbstream.schemas.Topics;
import io.skbstream.schemas.registry.RegistryAwayException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CancellationException;
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
import org.apache.kafka.common.errors.ApplicationRecoverableException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topology against a broker, from waiting for the topics to leaving the group, and again whenever a topic has changed. */
final class Job {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    /** When nothing can be written anyway. */
    private static final Duration CLOSE_TIMEOUT_UNCONNECTED = Duration.ofSeconds(3);

    /** How long after a failure a change of the topics may show that explains it. */
    private static final Duration CHANGE_TIMEOUT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Job.class);
    private static final int ADMIN_TIMEOUT_MS = 10_000;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration REMIND_EVERY = Duration.ofMinutes(1);

    private final Properties settings;
    private final String topic;
    private final String ledgerTopic;
    private final Windows windows;
    private final View view;
    private final String servers;
    private final String application;
    private final LongAdder deadLetters = new LongAdder();
    private AvroSerde<NetifReceive> events;
    private AvroSerde<LoopbackByHost> rows;
    private boolean connected;
    private String lastObstacle = "";
    private long lastObstacleNs;

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
        application = settings.getProperty(StreamsConfig.APPLICATION_ID_CONFIG);
        settings.put(DeadLetters.COUNT_CONFIG, deadLetters);
        openSerdes();
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
     * Runs until stopped, or until nobody reads the view any more. When a topic that it reads has changed, it begins anew, with its
     * state.
     *
     * @throws ProgramException with one line that says why, if the job cannot run or failed
     */
    void run(StopSignal stop) throws InterruptedException {
        Admin admin = admin();
        try {
            var watch = begin(admin, stop, false);
            while (watch.isPresent() && runUntilAChange(watch.get(), stop)) {
                watch = begin(admin, stop, true);
            }
        } finally {
            admin.close(CLOSE_TIMEOUT_UNCONNECTED);
        }
    }

    /** Waits for the topics, and for the state to be where they are; empty if stopped before. */
    private Optional<TopicWatch> begin(Admin admin, StopSignal stop, boolean again) throws InterruptedException {
        openSerdes();
        var deadline = new StopDeadline(stop, CLOSE_TIMEOUT_UNCONNECTED);
        try {
            return tryToBegin(admin, stop, again);
        } catch (InterruptedException | InterruptException e) {
            if (!stop.isRequested()) {
                throw e;
            }
            return Optional.empty();
        } finally {
            deadline.close();
        }
    }

    private Optional<TopicWatch> tryToBegin(Admin admin, StopSignal stop, boolean again) throws InterruptedException {
        var setup = new TopicSetup(admin, servers);
        var clients = new RawClients(new StreamsConfig(settings));
        var generations = new Generations(admin, clients, application, topic, LoopbackTopology.sumsOf(windows));
        boolean answered = again;
        while (!stop.isRequested()) {
            try {
                if (!setup.prepare(topic, ledgerTopic, deadLetterTopic(), generations.topic(), stop)) {
                    break;
                }
                answered = true;
                var layout = TopicSetup.layout(TopicSetup.describe(admin, topic, ledgerTopic), topic, ledgerTopic);
                if (layout.isPresent()) {
                    var generation = generations.of(layout.get().events(), events.deserializer(), stop);
                    if (generation.isPresent()) {
                        return Optional.of(
                                new TopicWatch(admin, topic, ledgerTopic, layout.get(), generation.get(), application));
                    }
                }
            } catch (CancellationException stopped) {
                break;
            } catch (InterruptException e) {
                throw e;
            } catch (ExecutionException | KafkaException e) {
                if (!lacksBrokers(e) && !(answered && rootCause(e) instanceof RetriableException)) {
                    throw cannotBegin(e);
                }
                sayItTriesAgain("begin yet", e);
            }
            stop.await(LOOK_EVERY);
        }
        return Optional.empty();
    }

    /** Returns whether the job has to begin anew: a topic has changed, or Kafka was in no state to go on. */
    private boolean runUntilAChange(TopicWatch watch, StopSignal stop) throws InterruptedException {
        var own = new Properties();
        own.putAll(settings);
        own.put(StreamsConfig.APPLICATION_ID_CONFIG, watch.applicationId());
        Topology topology = LoopbackTopology.of(topic, events, rows, ledgerTopic, windows, watch, view);
        var failure = new AtomicReference<Throwable>();
        var ending = new AtomicBoolean();
        var streams = new KafkaStreams(topology, own);
        streams.setUncaughtExceptionHandler(error -> {
            if (isRegistryAway(error) && ending.get()) {
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT; // nothing is lost: the next run continues
            }
            if (passes(error) && !isGlobal(Thread.currentThread())) {
                LOG.warn("a thread begins again where it committed last: {}", rootOf(error));
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            }
            failure.compareAndSet(null, error);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        connected = false;
        streams.start();
        Optional<String> change = Optional.empty();
        while (change.isEmpty() && failure.get() == null && !stop.await(LOOK_EVERY) && view.draw()) {
            sayWhenTheBrokerGoesOrComes(streams);
            change = watch.change();
        }
        long deadlineNs = System.nanoTime() + CHANGE_TIMEOUT.toNanos();
        while (failure.get() != null
                && change.isEmpty()
                && System.nanoTime() < deadlineNs
                && !stop.await(Duration.ofMillis(100))) {
            change = watch.change(); // Streams dies of some changes, and may be the first to notice
        }
        change.ifPresent(what -> LOG.warn(
                "{}: the job begins anew, with its state; rows are marked as partial until it has read on", what));
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
        if (change.isPresent()) {
            return true; // what was not committed is read again
        }
        if (failure.get() != null) {
            if (!lacksBrokers(failure.get()) && !passes(failure.get())) {
                throw new ProgramException("the job failed: " + why(failure.get()), failure.get());
            }
            sayItTriesAgain("go on", failure.get());
            return true;
        }
        if (!closed) {
            throw new ProgramException("the last sums were not written within " + timeout.toSeconds()
                    + " s; the next run continues from the last commit");
        }
        return false;
    }

    /** Once a minute, unless it is something else. */
    private void sayItTriesAgain(String what, Throwable error) {
        String obstacle = rootOf(error);
        if (!obstacle.equals(lastObstacle) || System.nanoTime() - lastObstacleNs > REMIND_EVERY.toNanos()) {
            lastObstacle = obstacle;
            lastObstacleNs = System.nanoTime();
            LOG.warn("the job cannot {}, and tries again: {}", what, obstacle);
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

    private Properties adminSettings() {
        var adminSettings = new Properties();
        adminSettings.putAll(settings);
        adminSettings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MS);
        adminSettings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MS);
        return adminSettings;
    }

    private Admin admin() {
        PlainPeer.requireKafka(settings);
        try {
            return Admin.create(adminSettings());
        } catch (KafkaException e) {
            throw cannotBegin(e);
        }
    }

    private ProgramException cannotBegin(Exception error) {
        if (!(error instanceof ExecutionException)) {
            return new ProgramException(
                    "cannot use Kafka at %s: %s".formatted(servers, shown(why(error), settings)), error);
        }
        return new ProgramException(
                error.getCause() instanceof TimeoutException
                        ? silence()
                        : "the job cannot begin with Kafka at %s: %s".formatted(servers, rootOf(error)),
                error);
    }

    private void openSerdes() {
        var all = new StreamsConfig(settings).originals();
        events = AvroSerde.of(NetifReceive.class);
        rows = AvroSerde.of(LoopbackByHost.class);
        events.configure(all, false);
        rows.configure(all, false);
    }

    /** A message without secrets. Settings of Kafka Streams itself hold none, and are shown. */
    static String shown(String message, Properties settings) {
        var others = new Properties();
        others.putAll(settings);
        StreamsConfig.configDef().names().stream()
                .filter(key -> !Secrets.isKnown(key))
                .forEach(others::remove);
        return Secrets.hideIn(message, others);
    }

    private String deadLetterTopic() {
        return settings.getProperty(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG);
    }

    /**
     * Whether a thread that begins again will not meet the error for ever: the registry is away, or Kafka was for longer than a client waits, or a
     * broker that has just taken over does not know the state of a transaction. Streams itself begins again only where it is fenced.
     */
    private static boolean passes(Throwable error) {
        Throwable cause = rootCause(error);
        return isRegistryAway(error)
                || cause instanceof RetriableException
                || cause instanceof InvalidTxnStateException
                || cause instanceof ApplicationRecoverableException
                || cause instanceof TransactionAbortableException;
    }

    /** Whether too few brokers are there for a topic that is to be created, which is so while one of them is restarted. */
    private static boolean lacksBrokers(Throwable error) {
        return rootCause(error) instanceof InvalidReplicationFactorException;
    }

    /** Whether this is the thread of the ledgers' table, which Streams does not begin again. */
    private static boolean isGlobal(Thread thread) {
        return thread.getName().endsWith("GlobalStreamThread");
    }

    private static boolean isRegistryAway(Throwable error) {
        return error != null && (error instanceof RegistryAwayException || isRegistryAway(error.getCause()));
    }

    private static String why(Throwable error) {
        return NativeLibrary.explain(error)
                .or(() -> SystemFailure.of(error).isLimit() ? SystemFailure.explain(error) : Optional.empty())
                .orElseGet(() -> rootOf(error));
    }

    private static String rootOf(Throwable error) {
        Throwable root = rootCause(error);
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    private static Throwable rootCause(Throwable error) {
        return error.getCause() == null ? error : rootCause(error.getCause());
    }

    private String silence() {
        return AdvertisedBrokers.obstacle(adminSettings())
                .map(why -> "no way into Kafka at %s: %s".formatted(servers, why))
                .orElseGet(() ->
                        "no Kafka broker answered at %s within %d s; start one, or name yours with --bootstrap-servers"
                                .formatted(servers, ADMIN_TIMEOUT_MS / 1000));
    }
}
