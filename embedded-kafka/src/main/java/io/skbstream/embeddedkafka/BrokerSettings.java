package io.skbstream.embeddedkafka;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a broker is to be like; immutable.
 *
 * @param port the port for clients, or 0 for any free one
 * @param folder its data, kept when it ends and found again at the next start; without it a temporary one
 * @param scram a second listener, for clients that log in
 * @param overrides broker settings that replace or add to ours
 */
public record BrokerSettings(
        int port, Optional<Path> folder, Optional<ScramListener> scram, Map<String, String> overrides) {

    /**
     * A listener for SASL_PLAINTEXT with SCRAM-SHA-256. With it comes Kafka's StandardAuthorizer: users that log in may do
     * what no ACL speaks of, and where one does, what it allows; clients of the plain listener may do all, so that they can
     * make users and ACLs.
     *
     * @param port where it listens, or 0 for any free port
     * @param advertisedPort where clients are told to connect to, as that of a proxy in between; 0 for {@code port}
     */
    public record ScramListener(int port, int advertisedPort) {}

    /** Any free port, a temporary folder, one listener. */
    public static BrokerSettings defaults() {
        return new BrokerSettings(0, Optional.empty(), Optional.empty(), Map.of());
    }

    public BrokerSettings withPort(int wanted) {
        return new BrokerSettings(wanted, folder, scram, overrides);
    }

    public BrokerSettings withFolder(Path wanted) {
        return new BrokerSettings(port, Optional.of(wanted), scram, overrides);
    }

    public BrokerSettings withScram(ScramListener wanted) {
        return new BrokerSettings(port, folder, Optional.of(wanted), overrides);
    }

    /**
     * @param wanted with {@code authorizer.class.name} among them, clients of the plain listener are {@code User:ANONYMOUS}
     *     and may do all that no ACL speaks of
     */
    public BrokerSettings withOverrides(Map<String, String> wanted) {
        return new BrokerSettings(port, folder, scram, wanted);
    }
}
