package io.skbstream.producer.publish;

import io.skbstream.clients.PropertiesFile;
import io.skbstream.clients.Secrets;
import io.skbstream.clients.SystemFailure;
import io.skbstream.producer.AgentException;
import io.skbstream.schemas.registry.RegistrySettings;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

/**
 * The keys that the user passes through to Kafka's clients: those of the environment, those of a file, which win over them, and
 * those that are given beside it and win over both. The file is read again for each new client, so that a password that is
 * changed there is used without a restart. Immutable, apart from the file.
 *
 * @param environment what environment variables say
 * @param file Java properties; empty: there is none
 * @param given the keys of the command line
 */
public record ClientKeys(Map<String, String> environment, Optional<Path> file, Map<String, String> given) {

    private static final List<String> KEY_FILES = List.of(
            SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
            SaslConfigs.SASL_OAUTHBEARER_ASSERTION_PRIVATE_KEY_FILE,
            RegistrySettings.PREFIX + SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG);

    private static final List<String> TRUST_FILES = List.of(
            SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
            RegistrySettings.PREFIX + SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG);

    public ClientKeys {
        environment = Map.copyOf(environment);
        given = Map.copyOf(given);
    }

    /** With nothing in the environment. */
    public ClientKeys(Optional<Path> file, Map<String, String> given) {
        this(Map.of(), file, given);
    }

    /**
     * The keys as of now.
     *
     * @throws AgentException if a file cannot be read, or holds secrets and others than its owner may read or change it
     */
    public Map<String, String> read() {
        Map<String, String> keys = new HashMap<>(environment);
        file.ifPresent(path -> keys.putAll(read(path)));
        keys.putAll(given);
        keys.replaceAll((key, value) -> value.strip()); // as Kafka does, which a properties file does not
        for (String key : KEY_FILES) {
            guarded(key, keys).ifPresent(GuardedFile::requireSecret);
        }
        for (String key : TRUST_FILES) {
            guarded(key, keys).ifPresent(GuardedFile::requireTrusted);
        }
        return keys;
    }

    /** Keys whose values are secrets, and are on the command line for everybody to see; sorted. */
    public List<String> exposed() {
        return given.keySet().stream()
                .filter(key -> Secrets.isSecret(key, given.get(key)))
                .sorted()
                .toList();
    }

    /** Nothing of what the keys are. */
    @Override
    public String toString() {
        return "keys of " + file + " and " + (environment.size() + given.size()) + " others";
    }

    private static Map<String, String> read(Path path) {
        Properties properties;
        try {
            properties = PropertiesFile.read(path);
        } catch (IOException unreadable) {
            throw new AgentException(
                    "--kafka-config '" + path + "' cannot be read: "
                            + SystemFailure.inWords(unreadable, "name a Java properties file that this user may read"),
                    unreadable);
        }
        Map<String, String> keys = new HashMap<>();
        properties.stringPropertyNames().forEach(key -> keys.put(key, properties.getProperty(key)));
        if (keys.entrySet().stream().anyMatch(entry -> Secrets.isSecret(entry.getKey(), entry.getValue()))) {
            new GuardedFile("--kafka-config", path).requireSecret();
        }
        return keys;
    }

    private static Optional<GuardedFile> guarded(String key, Map<String, String> keys) {
        return Optional.ofNullable(keys.get(key))
                .filter(path -> !path.isBlank())
                .map(path -> new GuardedFile(key, path(key, path)));
    }

    private static Path path(String key, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException refused) {
            throw new AgentException(
                    key + " " + Secrets.shown(key, text) + " is no path in this locale, whose charset is "
                            + System.getProperty("sun.jnu.encoding") + "; start with LC_ALL=C.UTF-8",
                    refused);
        }
    }
}
