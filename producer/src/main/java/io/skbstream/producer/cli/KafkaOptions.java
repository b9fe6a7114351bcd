package io.skbstream.producer.cli;

import io.skbstream.producer.publish.KafkaSettings;
import io.skbstream.producer.publish.TopicSetup;
import io.skbstream.schemas.Topics;
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
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where events go, and how Kafka's client is set. */
final class KafkaOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-localhost:9092}",
            description = "Kafka brokers, comma-separated. Default: KAFKA_BOOTSTRAP_SERVERS, else localhost:9092.")
    private String bootstrapServers;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            defaultValue = Topics.NETIF_RECEIVE,
            description = "Default: ${DEFAULT-VALUE}. Created if it is missing and may be.")
    private String topic;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "For a topic that is created; else the broker's default.")
    private Integer partitions;

    @Option(names = "--replication-factor", paramLabel = "N", description = "Likewise.")
    private Short replicationFactor;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Properties file with Kafka's own client keys: security, timeouts, batching, …")
    private Path configFile;

    @Option(names = "-K", paramLabel = "KEY=VALUE", description = "One such key; wins over the file.")
    private Map<String, String> config = new LinkedHashMap<>();

    TopicSetup topic() {
        return new TopicSetup(
                settings(), topic, Optional.ofNullable(partitions), Optional.ofNullable(replicationFactor));
    }

    private KafkaSettings settings() {
        Map<String, String> passedThrough = new HashMap<>();
        if (configFile != null) {
            Properties file = new Properties();
            try (Reader reader = Files.newBufferedReader(configFile)) {
                file.load(reader);
            } catch (IOException | IllegalArgumentException unreadable) {
                throw new ParameterException(
                        command.commandLine(),
                        "--kafka-config '" + configFile + "' cannot be read: " + why(unreadable)
                                + "; it is a Java properties file that this user may read");
            }
            file.stringPropertyNames().forEach(key -> passedThrough.put(key, file.getProperty(key)));
        }
        passedThrough.putAll(config);
        return new KafkaSettings(bootstrapServers, passedThrough);
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
