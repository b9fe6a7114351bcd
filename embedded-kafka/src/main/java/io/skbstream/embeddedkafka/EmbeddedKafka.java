package io.skbstream.embeddedkafka;

import static java.util.Map.entry;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka, broker and KRaft controller in this process, listening on 127.0.0.1 only, its data in a temporary folder.
 * Topics are not created by themselves, so that a client that forgets to create one is found out.
 *
 * <p>Whoever starts it owns it and closes it; several may run at once. Methods may be called from any thread.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);

    static final String CONTROLLER = "CONTROLLER";
    private static final String CLIENTS = "PLAINTEXT";
    private static final int NODE_ID = 1;

    /** What a single node needs, and what makes it start sooner. */
    private static final Map<String, String> SINGLE_NODE = Map.ofEntries(
            entry("node.id", Integer.toString(NODE_ID)),
            entry("process.roles", "broker,controller"),
            entry("controller.listener.names", CONTROLLER),
            entry("listener.security.protocol.map", CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT"),
            entry("principal.builder.class", ListenerPrincipals.class.getName()),
            entry("super.users", ListenerPrincipals.NODE.toString()),
            entry("allow.everyone.if.no.acl.found", "true"),
            entry("server.max.startup.time.ms", "60000"),
            entry("auto.create.topics.enable", "false"),
            entry("group.initial.rebalance.delay.ms", "0"),
            entry("offsets.topic.replication.factor", "1"),
            entry("offsets.topic.num.partitions", "1"),
            entry("transaction.state.log.replication.factor", "1"),
            entry("transaction.state.log.min.isr", "1"),
            entry("transaction.state.log.num.partitions", "1"),
            entry("share.coordinator.state.topic.replication.factor", "1"),
            entry("share.coordinator.state.topic.min.isr", "1"),
            entry("share.coordinator.state.topic.num.partitions", "1"),
            entry("log.cleaner.dedupe.buffer.size", "2097152"));

    private final Path folder;
    private final int port;
    private final ControllerServer controller;
    private final BrokerServer broker;
    private boolean closed;

    private EmbeddedKafka(Path folder, int port, ControllerServer controller, BrokerServer broker) {
        this.folder = folder;
        this.port = port;
        this.controller = controller;
        this.broker = broker;
    }

    /** Starts on a free port; see {@link #start(int, Map)}. */
    public static EmbeddedKafka start() throws IOException {
        return start(0, Map.of());
    }

    /** Starts on a free port; see {@link #start(int, Map)}. */
    public static EmbeddedKafka start(Map<String, String> overrides) throws IOException {
        return start(0, overrides);
    }

    /**
     * Starts a broker and returns when it takes requests.
     *
     * @param port the port for clients, or 0 for any free one
     * @param overrides broker settings that replace or add to ours. With {@code authorizer.class.name} set, clients are
     *     {@code User:ANONYMOUS} and may do all that no ACL speaks of.
     * @throws IOException if the port is taken or the folder cannot be written
     * @throws IllegalStateException if the broker does not start
     */
    public static EmbeddedKafka start(int port, Map<String, String> overrides) throws IOException {
        Path folder = Files.createTempDirectory("skbstream-kafka-");
        boolean started = false;
        try (var sockets = new LoopbackSockets()) {
            int clientsPort = sockets.bind(CLIENTS, port);
            int controllerPort = sockets.bind(CONTROLLER, 0);
            var config = config(folder, clientsPort, controllerPort, overrides);
            var kafka = start(folder, clientsPort, config, sockets);
            started = true;
            return kafka;
        } finally {
            if (!started) {
                Utils.delete(folder.toFile());
            }
        }
    }

    private static KafkaConfig config(Path folder, int clientsPort, int controllerPort, Map<String, String> overrides) {
        String controllerAddress = LoopbackSockets.ADDRESS + ":" + controllerPort;
        var settings = new HashMap<>(SINGLE_NODE);
        settings.put("log.dirs", folder.toString());
        settings.put("controller.quorum.voters", NODE_ID + "@" + controllerAddress);
        settings.put(
                "listeners",
                "%s://%s:%d,%s://%s"
                        .formatted(CLIENTS, LoopbackSockets.ADDRESS, clientsPort, CONTROLLER, controllerAddress));
        settings.putAll(overrides);
        return new KafkaConfig(settings, false);
    }

    private static EmbeddedKafka start(Path folder, int port, KafkaConfig config, LoopbackSockets sockets) {
        format(folder);
        var formatted = KafkaRaftServer.initializeLogDirs(config, LOG, "");
        var quorum = config.quorumConfig();
        var shared = new SharedServer(
                config,
                formatted._1(),
                Time.SYSTEM,
                new Metrics(),
                CompletableFuture.completedFuture(QuorumConfig.parseVoterConnections(quorum.voters())),
                QuorumConfig.parseBootstrapServers(quorum.bootstrapServers()),
                // Kafka's own handlers would end the process that embeds the broker.
                (name, fatal, action) -> new LoggingFaultHandler(name, action),
                sockets);
        var controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), formatted._2());
        var kafka = new EmbeddedKafka(folder, port, controller, new BrokerServer(shared));
        try {
            controller.startup();
            kafka.broker.startup();
            return kafka;
        } catch (RuntimeException e) {
            kafka.close();
            throw new IllegalStateException("the embedded Kafka did not start: " + e.getMessage(), e);
        }
    }

    private static void format(Path folder) {
        try {
            new Formatter()
                    .setNodeId(NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName(CONTROLLER)
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
        return LoopbackSockets.ADDRESS + ":" + port;
    }

    /** The folder that holds the data until {@link #close()}. */
    public Path folder() {
        return folder;
    }

    /** Stops the broker and removes its folder. May be repeated. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        broker.shutdown();
        controller.shutdown();
        try {
            Utils.delete(folder.toFile());
        } catch (IOException e) {
            LOG.warn("The folder {} of the embedded Kafka stays behind: {}", folder, e.toString());
        }
    }
}
