package io.skbstream.producer.cli;

import io.skbstream.clients.OwnSettings;
import io.skbstream.clients.Program;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.publish.ClientKeys;
import io.skbstream.producer.publish.KafkaSettings;
import io.skbstream.schemas.registry.RegistrySettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which cluster, and how Kafka's client is set. */
final class ClusterOptions {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterOptions.class);
    private static final String DEFAULT_SERVERS = "localhost:9092";
    private static final Map<String, String> VARIABLES = Map.of(
            CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "KAFKA_BOOTSTRAP_SERVERS",
            RegistrySettings.URL_CONFIG, "SCHEMA_REGISTRY_URL");
    private static final Map<String, String> FORMS = Map.of(
            CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "HOST:PORT",
            RegistrySettings.URL_CONFIG, "http://HOST:PORT/PATH");

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
    private List<String> config = List.of();

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description =
                    "Schema registry that speaks Confluent's REST API: records then name their schema by its id"
                            + " there. Default: schema.registry.url of -K or --kafka-config, else SCHEMA_REGISTRY_URL, else none.")
    private String registry;

    /** Tells of secrets that everybody on this host can see. */
    KafkaSettings settings() {
        ClientKeys keys = keys();
        return new KafkaSettings(servers(keys).orElse(DEFAULT_SERVERS), keys);
    }

    /** Empty if nothing says where the brokers are; {@link #settings} then takes the default. */
    Optional<KafkaSettings> given() {
        ClientKeys keys = keys();
        return servers(keys).map(servers -> new KafkaSettings(servers, keys));
    }

    private Optional<String> servers(ClientKeys keys) {
        Map<String, String> passedThrough = checked(keys);
        OwnSettings.warnOf(passedThrough.keySet(), LOG);
        if (!keys.exposed().isEmpty()) {
            LOG.warn(
                    "given on the command line, {} can be read by every user of this host (ps); better write it to a file of mode"
                            + " 0600, for --kafka-config",
                    String.join(", ", keys.exposed()));
        }
        return Optional.ofNullable(passedThrough.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
    }

    private ClientKeys keys() {
        Map<String, String> given = new LinkedHashMap<>();
        for (String assignment : config) {
            int equals = assignment.indexOf('=');
            if (equals <= 0) { // not quoted: it may be part of a password
                throw wrong("-K", "a key or its value is missing; write KEY=VALUE");
            }
            given.put(assignment.substring(0, equals), assignment.substring(equals + 1));
        }
        if (bootstrapServers != null) {
            given.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        }
        if (registry != null) {
            given.put(RegistrySettings.URL_CONFIG, registry);
        }
        Map<String, String> environment = new LinkedHashMap<>();
        VARIABLES.forEach((key, variable) -> {
            if (!given.containsKey(key)) {
                Program.variable(variable, FORMS.get(key), command).ifPresent(value -> environment.put(key, value));
            }
        });
        return new ClientKeys(environment, Optional.ofNullable(configFile), given);
    }

    private Map<String, String> checked(ClientKeys keys) {
        try {
            Map<String, String> passedThrough = keys.read();
            check(passedThrough);
            return passedThrough;
        } catch (AgentException | ConfigException refused) {
            throw new ParameterException(command.commandLine(), refused.getMessage(), refused);
        }
    }

    /** Kafka checks its own keys; these are a registry's, and the ones with which an event could not be accounted for. */
    private void check(Map<String, String> passedThrough) {
        FORMS.forEach((key, form) -> {
            if (passedThrough.getOrDefault(key, form).isBlank()) { // which would be taken for none
                throw wrong(key, "it is empty; write " + form + ", or leave it out");
            }
        });
        RegistrySettings.of(passedThrough);
        if ("0".equals(passedThrough.get("acks"))) {
            throw wrong("acks=0", "without acknowledgements no event can be accounted for; leave it at acks=all");
        }
        if (passedThrough.containsKey("transactional.id")) {
            throw wrong("transactional.id", "the agent sends no transactions; leave it out");
        }
    }

    /** @param option the option that names the topic */
    String topicName(String option, String topic) {
        Program.requireTopicName(option, topic, command);
        return topic;
    }

    private ParameterException wrong(String what, String why) {
        return new ParameterException(command.commandLine(), what + ": " + why);
    }
}
