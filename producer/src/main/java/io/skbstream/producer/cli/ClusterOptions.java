package io.skbstream.producer.cli;

import io.skbstream.producer.publish.KafkaSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which cluster, and how Kafka's client is set. */
final class ClusterOptions {

    private static final String DEFAULT_SERVERS = "localhost:9092";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "Kafka brokers, comma-separated. Default: bootstrap.servers of -K or --kafka-config, else"
                    + " KAFKA_BOOTSTRAP_SERVERS, else " + DEFAULT_SERVERS + ".")
    private String bootstrapServers;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Properties file with Kafka's own client keys: security, timeouts, batching")
    private Path configFile;

    @Option(names = "-K", paramLabel = "KEY=VALUE", description = "One such key; wins over the file.")
    private Map<String, String> config = new LinkedHashMap<>();

    KafkaSettings settings() {
        return given().orElseGet(() -> new KafkaSettings(DEFAULT_SERVERS, passedThrough()));
    }

    /** Empty if nothing says where the brokers are; {@link #settings} then takes the default. */
    Optional<KafkaSettings> given() {
        Map<String, String> passedThrough = passedThrough();
        return Stream.of(
                        bootstrapServers,
                        passedThrough.get("bootstrap.servers"),
                        System.getenv("KAFKA_BOOTSTRAP_SERVERS"))
                .filter(Objects::nonNull)
                .findFirst()
                .map(servers -> new KafkaSettings(checked(servers), passedThrough));
    }

    private Map<String, String> passedThrough() {
        Map<String, String> passedThrough = new HashMap<>();
        if (configFile != null) {
            Properties file = new Properties();
            try (Reader reader = Files.newBufferedReader(configFile)) {
                file.load(reader);
            } catch (IOException | IllegalArgumentException unreadable) {
                throw wrong(
                        "--kafka-config '" + configFile + "' cannot be read",
                        why(unreadable) + "; it is a Java properties file that this user may read");
            }
            file.stringPropertyNames().forEach(key -> passedThrough.put(key, file.getProperty(key)));
        }
        passedThrough.putAll(config);
        check(passedThrough);
        return passedThrough;
    }

    private String checked(String servers) {
        if (servers.isBlank()) {
            throw wrong("--bootstrap-servers ''", "write HOST:PORT");
        }
        return servers;
    }

    /** Kafka checks its own keys; these are the ones with which an event could not be accounted for. */
    private void check(Map<String, String> passedThrough) {
        if (passedThrough.containsKey("")) {
            throw wrong("-K", "a key is empty; write KEY=VALUE");
        }
        if ("0".equals(passedThrough.get("acks"))) {
            throw wrong("acks=0", "without acknowledgements no event can be accounted for; leave it at acks=all");
        }
        if (passedThrough.containsKey("transactional.id")) {
            throw wrong("transactional.id", "the agent sends no transactions; leave it out");
        }
    }

    /** @param option the option that names the topic */
    String topicName(String option, String topic) {
        if (!topic.matches("[a-zA-Z0-9._-]{1,249}")) {
            throw wrong(
                    option + " '" + topic + "'", "a topic has 1 to 249 letters, digits, dots, underscores and hyphens");
        }
        return topic;
    }

    private ParameterException wrong(String what, String why) {
        return new ParameterException(command.commandLine(), what + ": " + why);
    }

    private static String why(Exception unreadable) {
        if (unreadable instanceof NoSuchFileException) {
            return "no such file";
        }
        if (unreadable instanceof AccessDeniedException) {
            return "permission denied";
        }
        return unreadable instanceof CharacterCodingException ? "it is no UTF-8 text" : unreadable.getMessage();
    }
}
