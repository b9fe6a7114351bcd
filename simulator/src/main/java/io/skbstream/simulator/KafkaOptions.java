package io.skbstream.simulator;

import static java.util.Map.entry;

import io.skbstream.clients.OwnSettings;
import io.skbstream.clients.Program;
import io.skbstream.clients.PropertiesFile;
import io.skbstream.clients.Secrets;
import io.skbstream.clients.SystemFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options that say where Kafka is and how to talk to it. */
final class KafkaOptions {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaOptions.class);

    /** As the agent's, but for the waits: an agent has a spool, this has nothing better to do. */
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            entry(ProducerConfig.ACKS_CONFIG, "all"),
            entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true"),
            entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"),
            entry(ProducerConfig.LINGER_MS_CONFIG, "20"),
            entry(ProducerConfig.BATCH_SIZE_CONFIG, "524288"),
            entry(ProducerConfig.BUFFER_MEMORY_CONFIG, "67108864"),
            entry(ProducerConfig.CLIENT_ID_CONFIG, "skbstream-simulator"),
            entry("enable.metrics.push", "false"));

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "Kafka brokers. Default: $KAFKA_BOOTSTRAP_SERVERS, else localhost:9092.")
    private String bootstrapServers;

    @Option(names = "--kafka-config", paramLabel = "FILE", description = "Properties for Kafka's clients.")
    private Path kafkaConfig;

    @Option(names = "-K", paramLabel = "KEY=VALUE", description = "One such property; wins over the file.")
    private Map<String, String> kafkaProperties = new HashMap<>();

    /**
     * For Kafka's clients: the defaults give way to the file, the file to -K, and all of them to the options that were given.
     *
     * @throws IllegalArgumentException if the file cannot be read or a property is not valid
     */
    Properties settings(CommandSpec command) {
        var settings = new Properties();
        settings.putAll(DEFAULTS);
        if (bootstrapServers == null) {
            settings.put(
                    "bootstrap.servers",
                    Program.variable("KAFKA_BOOTSTRAP_SERVERS", "HOST:PORT", command)
                            .orElse("localhost:9092"));
        }
        if (kafkaConfig != null) {
            try {
                settings.putAll(PropertiesFile.read(kafkaConfig));
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "cannot read --kafka-config " + kafkaConfig + ": " + SystemFailure.inWords(e), e);
            }
        }
        if (kafkaProperties.containsKey("")) {
            throw new IllegalArgumentException("-K: a key is empty; write KEY=VALUE");
        }
        settings.putAll(kafkaProperties);
        if (bootstrapServers != null) {
            settings.put("bootstrap.servers", bootstrapServers);
        }
        if (settings.getProperty("bootstrap.servers").isBlank()) {
            throw new IllegalArgumentException("bootstrap.servers: it is empty; write HOST:PORT, or leave it out");
        }
        OwnSettings.warnOf(settings.stringPropertyNames(), LOG);
        var whole = new Properties();
        whole.putAll(settings);
        whole.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        whole.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        try {
            new ProducerConfig(whole);
        } catch (ConfigException e) {
            throw new IllegalArgumentException(Secrets.hideIn(e.getMessage(), settings), e);
        }
        return settings;
    }
}
