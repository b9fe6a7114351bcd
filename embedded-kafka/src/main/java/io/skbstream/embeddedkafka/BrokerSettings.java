package io.skbstream.embeddedkafka;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a broker is to be like; immutable.
 *
 * @param port the port for clients, or 0 for any free one
 * @param folder its data, kept when it ends and found again at the next start; without it a temporary one
 * @param scram a second listener, for clients that log in
 * @param others further listeners, as for clients that come with TLS
 * @param quorum the cluster that it is a node of; without it, it is one of its own
 * @param overrides broker settings that replace or add to ours
 */
public record BrokerSettings(
        int port,
        Optional<Path> folder,
        Optional<ScramListener> scram,
        List<Listener> others,
        Optional<Quorum> quorum,
        Map<String, String> overrides) {

    public BrokerSettings {
        others = List.copyOf(others);
    }

    /**
     * A listener for SASL_PLAINTEXT with SCRAM-SHA-256. With it comes Kafka's StandardAuthorizer: users that log in may do
     * what no ACL speaks of, and where one does, what it allows; clients of the plain listener may do all, so that they can
     * make users and ACLs.
     *
     * @param port where it listens, or 0 for any free port
     * @param advertisedPort where clients are told to connect to, as that of a proxy in between; 0 for {@code port}
     */
    public record ScramListener(int port, int advertisedPort) {}

    /**
     * A listener on 127.0.0.1.
     *
     * @param name in capital letters
     * @param protocol Kafka's security protocol: PLAINTEXT, SSL, SASL_SSL
     * @param host the host that clients are told to connect to
     * @param port where it listens, or 0 for any free port
     * @param advertisedPort where clients are told to connect to, as that of a proxy in between; 0 for {@code port}
     * @param settings the broker's for this listener alone, without {@code listener.name.NAME.} before them
     */
    public record Listener(
            String name, String protocol, String host, int port, int advertisedPort, Map<String, String> settings) {
        public Listener {
            settings = Map.copyOf(settings);
        }

        /** A listener on any free port that clients find as {@code host}. */
        public static Listener known(String name, String host) {
            return new Listener(name, "PLAINTEXT", host, 0, 0, Map.of());
        }

        /** A listener on any free port that clients find as {@code localhost}, the name that a certificate can be for. */
        public static Listener secured(String name, String protocol, Map<String, String> settings) {
            return new Listener(name, protocol, "localhost", 0, 0, settings);
        }
    }

    /** Any free port, a temporary folder, one listener. */
    public static BrokerSettings defaults() {
        return new BrokerSettings(0, Optional.empty(), Optional.empty(), List.of(), Optional.empty(), Map.of());
    }

    public BrokerSettings withPort(int wanted) {
        return new BrokerSettings(wanted, folder, scram, others, quorum, overrides);
    }

    public BrokerSettings withFolder(Path wanted) {
        return new BrokerSettings(port, Optional.of(wanted), scram, others, quorum, overrides);
    }

    public BrokerSettings withScram(ScramListener wanted) {
        return new BrokerSettings(port, folder, Optional.of(wanted), others, quorum, overrides);
    }

    public BrokerSettings withListener(Listener wanted) {
        List<Listener> all = new ArrayList<>(others);
        all.add(wanted);
        return new BrokerSettings(port, folder, scram, all, quorum, overrides);
    }

    public BrokerSettings withQuorum(Quorum wanted) {
        return new BrokerSettings(port, folder, scram, others, Optional.of(wanted), overrides);
    }

    /** Adds one broker setting. */
    public BrokerSettings withOverride(String key, String value) {
        Map<String, String> all = new HashMap<>(overrides);
        all.put(key, value);
        return withOverrides(all);
    }

    /**
     * @param wanted with {@code authorizer.class.name} among them, clients of the plain listener are {@code User:ANONYMOUS}
     *     and may do all that no ACL speaks of
     */
    public BrokerSettings withOverrides(Map<String, String> wanted) {
        return new BrokerSettings(port, folder, scram, others, quorum, wanted);
    }
}
