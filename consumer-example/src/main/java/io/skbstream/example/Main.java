package io.skbstream.example;

import io.skbstream.clients.OwnSettings;
import io.skbstream.clients.Program;
import io.skbstream.clients.ProgramException;
import io.skbstream.clients.PropertiesFile;
import io.skbstream.clients.StopSignal;
import io.skbstream.clients.SystemFailure;
import io.skbstream.clients.Terminal;
import io.skbstream.example.page.ListenAddress;
import io.skbstream.example.page.Page;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.Topics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the job. Exit codes: 0 clean end, also by SIGTERM or SIGINT; 1 failure at run time; 2 usage. */
@Command(
        name = "loopback-by-host",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        usageHelpWidth = 110,
        description = {
            "Sums the loopback traffic of each host in windows of event time, says how complete each sum is and what was "
                    + "lost why, shows the sums, and writes them to the topic " + Topics.LOOPBACK_BY_HOST + ".",
            "Instances with the same --application-id share the hosts; each shows those that it has."
        })
public final class Main implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    /** Kafka's clients take an empty value of these for none. */
    private static final List<String> NEVER_EMPTY = List.of(
            "bootstrap.servers",
            StreamsConfig.APPLICATION_ID_CONFIG,
            AvroDeserializer.REGISTRY_CONFIG,
            StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG);

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "Kafka brokers. Default: $KAFKA_BOOTSTRAP_SERVERS, else localhost:9092.")
    private String bootstrapServers;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description =
                    "Schema registry, where records name their schema by its id there; the rows are then written so, too. "
                            + "Default: $SCHEMA_REGISTRY_URL, else none.")
    private String registry;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            defaultValue = Topics.NETIF_RECEIVE,
            description = "Topic of the events. Default: ${DEFAULT-VALUE}.")
    private String topic;

    @Option(
            names = "--ledger-topic",
            paramLabel = "TOPIC",
            defaultValue = Topics.LEDGER,
            description = "Topic of the agents' ledgers. Default: ${DEFAULT-VALUE}.")
    private String ledgerTopic;

    @Option(
            names = "--dead-letter-topic",
            paramLabel = "TOPIC",
            description = "Where records go that are no events. Default: " + Topics.DEAD_LETTER + ".")
    private String deadLetterTopic;

    @Option(
            names = "--application-id",
            paramLabel = "ID",
            description = "Consumer group and prefix of the internal topics. Default: loopback-by-host.")
    private String applicationId;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "Length of the windows, 1s to 24h. Default: ${DEFAULT-VALUE}.")
    private String window;

    @Option(
            names = "--grace",
            paramLabel = "TIME",
            defaultValue = "1h",
            description = "How long after its end a window still takes events, 0s to 24h, by the newest event of the "
                    + "partition. Default: ${DEFAULT-VALUE}.")
    private String grace;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Properties for Kafka's clients and for Kafka Streams.")
    private Path kafkaConfig;

    @Option(names = "-K", paramLabel = "KEY=VALUE", description = "One such property; wins over the file.")
    private Map<String, String> kafkaProperties = new HashMap<>();

    @Option(names = "--json", description = "Print each changed row as a line of JSON, just before it is committed.")
    private boolean json;

    @Option(
            names = "--talkers",
            description = "Show the top talkers by comm instead: what the softirq interrupted, not the packet's owner.")
    private boolean talkers;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            converter = ListenAddress.class,
            description = "Serve a live page of all hosts there, as 127.0.0.1:8080; port 0 is any free one.")
    private InetSocketAddress http;

    @Spec
    private CommandSpec spec;

    /** Runs until a signal, then ends the JVM. */
    public static void main(String[] args) {
        Program.run(Program.of(new Main()), args);
    }

    @Override
    public Integer call() throws InterruptedException {
        StopSignal stop = StopSignal.install();
        var windows = new Windows(time("--window", window, "1s"), time("--grace", grace, "0s"));
        Properties settings = settings();
        Program.requireTopicName("--topic", topic, spec);
        Program.requireTopicName("--ledger-topic", ledgerTopic, spec);
        Program.requireTopicName(
                "--dead-letter-topic",
                settings.getProperty(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG),
                spec);
        Program.requireTopicName("--application-id", settings.getProperty(StreamsConfig.APPLICATION_ID_CONFIG), spec);
        var view = new View(
                System.out, json ? View.Format.JSON : defaultFormat(), talkers ? Columns.TALKERS : Columns.SUMS);
        Job job = job(settings, windows, view);
        try {
            run(job, settings, stop);
        } catch (KafkaException e) {
            throw new ProgramException(SystemFailure.explain(e).orElse(e.getMessage()), e);
        }
        return 0;
    }

    private void run(Job job, Properties settings, StopSignal stop) throws InterruptedException {
        if (http == null) {
            job.run(stop);
        } else {
            try (var page = new Page(http)) {
                LOG.info("live page: {}", page.url());
                // As the consumer of a global table, it is in no group and reads all partitions.
                page.read(new StreamsConfig(settings).getGlobalConsumerConfigs("page"), ledgerTopic);
                job.run(stop);
            }
        }
    }

    private Job job(Properties settings, Windows windows, View view) {
        try {
            return new Job(settings, topic, ledgerTopic, windows, view);
        } catch (ConfigException e) {
            throw usage(Job.shown(e.getMessage(), settings));
        }
    }

    private static View.Format defaultFormat() {
        return Terminal.isStdout() ? View.Format.TABLE : View.Format.LINES;
    }

    private Duration time(String option, String given, String least) {
        try {
            Duration time = duration(given);
            if (time.compareTo(duration(least)) >= 0 && time.compareTo(Duration.ofHours(24)) <= 0) {
                return time;
            }
        } catch (DateTimeException e) {
            // Refused below, as any time that is out of bounds.
        }
        throw usage("%s %s is not a time from %s to 24h, such as 10s or 2m".formatted(option, given, least));
    }

    private static Duration duration(String text) {
        return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    }

    /** Defaults give way to the file, the file to -K, and all of them to the options that were given. */
    private Properties settings() {
        Properties settings = Job.defaults();
        settings.put("application.id", "loopback-by-host");
        if (bootstrapServers == null) {
            settings.put(
                    "bootstrap.servers",
                    variable("KAFKA_BOOTSTRAP_SERVERS", "HOST:PORT").orElse("localhost:9092"));
        }
        if (registry == null) {
            variable("SCHEMA_REGISTRY_URL", "http://HOST:PORT/PATH")
                    .ifPresent(url -> settings.put(AvroDeserializer.REGISTRY_CONFIG, url));
        }
        if (kafkaConfig != null) {
            try {
                settings.putAll(PropertiesFile.read(kafkaConfig));
            } catch (IOException e) {
                throw usage("cannot read --kafka-config " + kafkaConfig + ": " + SystemFailure.inWords(e));
            }
        }
        if (kafkaProperties.containsKey("")) {
            throw usage("-K: a key is empty; write KEY=VALUE");
        }
        settings.putAll(kafkaProperties);
        OwnSettings.warnOf(settings.stringPropertyNames(), LOG);
        if (applicationId != null) {
            settings.put("application.id", applicationId);
        }
        if (deadLetterTopic != null) {
            settings.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, deadLetterTopic);
        }
        if (bootstrapServers != null) {
            settings.put("bootstrap.servers", bootstrapServers);
        }
        if (registry != null) {
            settings.put(AvroDeserializer.REGISTRY_CONFIG, registry);
        }
        for (String key : NEVER_EMPTY) {
            if (settings.getProperty(key, "?").isBlank()) {
                throw usage(key + ": it is empty; write a value, or leave it out");
            }
        }
        return settings;
    }

    private Optional<String> variable(String name, String form) {
        return Program.variable(name, form, spec);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"loopback-by-host " + Main.class.getPackage().getImplementationVersion()};
        }
    }
}
