package io.skbstream.embeddedkafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka, broker and KRaft controller in this process, listening on 127.0.0.1 only, its data in a temporary folder
 * unless one is given. It is a cluster of one, unless its settings make it a node of a larger one.
 * Topics are not created by themselves, so that a client that forgets to create one is found out.
 *
 * <p>Whoever starts it owns it and closes it; several may run at once. Methods may be called from any thread.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
    private static final String FORMATTED = "meta.properties";

    /** Time to hand its partitions over; in vain where the quorum is gone. */
    private static final Duration LEAVE = Duration.ofSeconds(30);

    private final Path folder;
    private final boolean temporary;
    private final NodeConfig config;
    private final ControllerServer controller;
    private final BrokerServer broker;
    private boolean closed;

    private EmbeddedKafka(
            Path folder, boolean temporary, NodeConfig config, ControllerServer controller, BrokerServer broker) {
        this.folder = folder;
        this.temporary = temporary;
        this.config = config;
        this.controller = controller;
        this.broker = broker;
    }

    /** Starts on a free port; see {@link #start(BrokerSettings)}. */
    public static EmbeddedKafka start() throws IOException {
        return start(BrokerSettings.defaults());
    }

    /** Starts on a free port; see {@link #start(BrokerSettings)}. */
    public static EmbeddedKafka start(Map<String, String> overrides) throws IOException {
        return start(BrokerSettings.defaults().withOverrides(overrides));
    }

    /**
     * Starts a broker and returns when it takes requests: a node of a cluster not before most of the others are there.
     *
     * @throws IOException if a port is taken or the folder cannot be written
     * @throws IllegalStateException if the broker does not start
     */
    public static EmbeddedKafka start(BrokerSettings settings) throws IOException {
        boolean temporary = settings.folder().isEmpty();
        Path folder = temporary
                ? Files.createTempDirectory("skbstream-kafka-")
                : Files.createDirectories(settings.folder().get());
        boolean started = false;
        try (var sockets = new LoopbackSockets()) {
            var config = NodeConfig.bind(settings, folder, sockets);
            var kafka = start(folder, temporary, config, sockets);
            started = true;
            return kafka;
        } finally {
            if (!started && temporary) {
                Utils.delete(folder.toFile());
            }
        }
    }

    private static EmbeddedKafka start(Path folder, boolean temporary, NodeConfig config, LoopbackSockets sockets) {
        if (Files.notExists(folder.resolve(FORMATTED))) {
            format(folder, config);
        }
        var formatted = KafkaRaftServer.initializeLogDirs(config.kafka(), LOG, "");
        var quorum = config.kafka().quorumConfig();
        var shared = new SharedServer(
                config.kafka(),
                formatted._1(),
                Time.SYSTEM,
                new Metrics(),
                CompletableFuture.completedFuture(QuorumConfig.parseVoterConnections(quorum.voters())),
                QuorumConfig.parseBootstrapServers(quorum.bootstrapServers()),
                // Kafka's own handlers would end the process that embeds the broker.
                (name, fatal, action) -> new LoggingFaultHandler(name, action),
                sockets);
        var controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), formatted._2());
        var kafka = new EmbeddedKafka(folder, temporary, config, controller, new BrokerServer(shared));
        try {
            controller.startup();
            kafka.broker.startup();
            return kafka;
        } catch (RuntimeException e) {
            kafka.close();
            throw new IllegalStateException("the embedded Kafka did not start: " + e.getMessage(), e);
        }
    }

    private static void format(Path folder, NodeConfig config) {
        try {
            new Formatter()
                    .setNodeId(config.kafka().nodeId())
                    .setClusterId(config.clusterId())
                    .setControllerListenerName(NodeConfig.CONTROLLER)
                    .setDirectories(List.of(folder.toString()))
                    .setMetadataLogDirectory(folder.toString())
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false))
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException("cannot format " + folder + " for Kafka: " + e.getMessage(), e);
        }
    }

    /** Where clients connect to: {@code 127.0.0.1:PORT}. */
    public String bootstrapServers() {
        return config.clients();
    }

    /** Where clients that log in connect to, directly and not through a proxy; empty without such a listener. */
    public Optional<String> scramBootstrapServers() {
        return config.loggedIn();
    }

    /** Where clients of a {@link BrokerSettings.Listener} connect to: {@code HOST:PORT}. */
    public String bootstrapServers(String listener) {
        return config.others().get(listener);
    }

    /** The folder that holds the data. */
    public Path folder() {
        return folder;
    }

    /** Stops the broker, and leaves the controller to vote for those who do the same. */
    void leave() {
        broker.shutdown(LEAVE);
    }

    /** Stops the broker and removes its folder if it is a temporary one. May be repeated. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        leave();
        controller.shutdown();
        if (!temporary) {
            return;
        }
        try {
            Utils.delete(folder.toFile());
        } catch (IOException e) {
            LOG.warn("The folder {} of the embedded Kafka stays behind: {}", folder, e.toString());
        }
    }
}
