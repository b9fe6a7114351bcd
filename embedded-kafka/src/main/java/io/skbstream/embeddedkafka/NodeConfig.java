package io.skbstream.embeddedkafka;

import static java.util.Map.entry;

import io.skbstream.embeddedkafka.BrokerSettings.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.security.scram.ScramLoginModule;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/**
 * The configuration of one node, broker and controller both.
 *
 * @param kafka as Kafka reads it
 * @param clusterId of a new cluster
 * @param clients where clients connect to
 * @param others where clients connect to, by further listener
 * @param loggedIn where clients that log in connect to, directly; empty without such a listener
 */
record NodeConfig(
        KafkaConfig kafka, String clusterId, String clients, Map<String, String> others, Optional<String> loggedIn) {
    static final String CONTROLLER = "CONTROLLER";
    static final String CLIENTS = "PLAINTEXT";
    static final String SCRAM = "SCRAM";

    private static final int ONLY_NODE = 1;
    private static final int MOST_REPLICAS = 3;
    private static final String ANONYMOUS = "User:ANONYMOUS";

    /** What every node needs, and what makes it start sooner. */
    private static final Map<String, String> EVERY_NODE = Map.ofEntries(
            entry("process.roles", "broker,controller"),
            entry("controller.listener.names", CONTROLLER),
            entry(
                    "listener.security.protocol.map",
                    CLIENTS + ":PLAINTEXT," + CONTROLLER + ":PLAINTEXT," + SCRAM + ":SASL_PLAINTEXT"),
            entry("principal.builder.class", ListenerPrincipals.class.getName()),
            entry("super.users", ListenerPrincipals.NODE.toString()),
            entry("allow.everyone.if.no.acl.found", "true"),
            entry("server.max.startup.time.ms", "180000"),
            entry("broker.heartbeat.interval.ms", "500"),
            entry("auto.create.topics.enable", "false"),
            entry("group.initial.rebalance.delay.ms", "0"),
            entry("offsets.topic.num.partitions", "1"),
            entry("transaction.state.log.num.partitions", "1"),
            entry("share.coordinator.state.topic.num.partitions", "1"),
            entry("log.cleaner.dedupe.buffer.size", "2097152"));

    private static final List<String> REPLICAS = List.of(
            "default.replication.factor",
            "offsets.topic.replication.factor",
            "transaction.state.log.replication.factor",
            "share.coordinator.state.topic.replication.factor");

    private static final List<String> IN_SYNC =
            List.of("min.insync.replicas", "transaction.state.log.min.isr", "share.coordinator.state.topic.min.isr");

    /**
     * For this long the controller takes a broker that was killed for one that runs, and lets no other start in its place.
     * Only a broker with a folder of its own can be started again. Any other has Kafka's own limit, which a pause of a busy
     * machine does not exceed.
     */
    private static final String SESSION_TIMEOUT_MS = "2000";

    /**
     * Binds a socket for each listener and configures the node for them.
     *
     * @throws IOException if a port is taken or may not be bound
     */
    static NodeConfig bind(BrokerSettings settings, Path folder, LoopbackSockets sockets) throws IOException {
        String clients = address(sockets.bind(CLIENTS, settings.port()));
        int wanted = settings.quorum().map(Quorum::controllerPort).orElse(0);
        String controller = address(sockets.bind(CONTROLLER, wanted));
        Quorum quorum = settings.quorum().orElseGet(() -> Quorum.alone(ONLY_NODE, controller));
        var config = new HashMap<>(EVERY_NODE);
        replicate(config, Math.min(MOST_REPLICAS, quorum.voters().size()));
        config.put("node.id", Integer.toString(quorum.nodeId()));
        config.put("log.dirs", folder.toString());
        if (settings.folder().isPresent()) {
            config.put("broker.session.timeout.ms", SESSION_TIMEOUT_MS);
        }
        config.put("controller.quorum.voters", quorum.describeVoters());
        config.put("listeners", CLIENTS + "://" + clients + "," + CONTROLLER + "://" + controller);
        config.put("advertised.listeners", CLIENTS + "://" + clients); // the controller's is not for clients
        Optional<String> loggedIn = Optional.empty();
        if (settings.scram().isPresent()) {
            var scram = settings.scram().get();
            int port = sockets.bind(SCRAM, scram.port());
            loggedIn = Optional.of(address(port));
            addScram(config, port, scram.advertisedPort() == 0 ? port : scram.advertisedPort());
        }
        Map<String, String> others = new TreeMap<>();
        for (Listener listener : settings.others()) {
            int port = sockets.bind(listener.name(), listener.port());
            String advertised =
                    listener.host() + ":" + (listener.advertisedPort() == 0 ? port : listener.advertisedPort());
            others.put(listener.name(), advertised);
            add(config, listener, address(port), advertised);
        }
        config.putAll(settings.overrides());
        String clusterId = settings.quorum().map(Quorum::clusterId).orElseGet(() -> Uuid.randomUuid()
                .toString());
        return new NodeConfig(new KafkaConfig(config, false), clusterId, clients, others, loggedIn);
    }

    /** Acknowledged records survive the loss of one node, where there are three. */
    private static void replicate(Map<String, String> config, int replicas) {
        REPLICAS.forEach(key -> config.put(key, Integer.toString(replicas)));
        IN_SYNC.forEach(key -> config.put(key, Integer.toString(Math.max(1, replicas - 1))));
    }

    private static void addScram(Map<String, String> config, int port, int advertisedPort) {
        append(config, "listeners", SCRAM + "://" + address(port));
        append(config, "advertised.listeners", SCRAM + "://" + address(advertisedPort));
        config.put("listener.name.scram.sasl.enabled.mechanisms", "SCRAM-SHA-256");
        config.put(
                "listener.name.scram.scram-sha-256.sasl.jaas.config", ScramLoginModule.class.getName() + " required;");
        config.put("authorizer.class.name", StandardAuthorizer.class.getName());
        config.put("super.users", ListenerPrincipals.NODE + ";" + ANONYMOUS);
    }

    private static void add(Map<String, String> config, Listener listener, String bound, String advertised) {
        String name = listener.name();
        append(config, "listeners", name + "://" + bound);
        append(config, "advertised.listeners", name + "://" + advertised);
        append(config, "listener.security.protocol.map", name + ":" + listener.protocol());
        String prefix = "listener.name." + name.toLowerCase(Locale.ROOT) + ".";
        listener.settings().forEach((key, value) -> config.put(prefix + key, value));
    }

    private static void append(Map<String, String> config, String key, String one) {
        config.merge(key, one, (all, more) -> all + "," + more);
    }

    private static String address(int port) {
        return LoopbackSockets.ADDRESS + ":" + port;
    }
}
