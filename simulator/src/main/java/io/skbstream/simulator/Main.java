package io.skbstream.simulator;

import io.skbstream.clients.Program;
import io.skbstream.clients.ProgramException;
import io.skbstream.clients.StopSignal;
import io.skbstream.schemas.Topics;
import io.skbstream.simulator.fleet.Fleet;
import io.skbstream.simulator.fleet.FleetSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line of the simulator. Exit codes: 0 clean end, also by SIGTERM or SIGINT; 1 failure at run time; 2 usage.
 */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        usageHelpWidth = 110,
        description = {
            "Sends to Kafka what the agents of many hosts would send, with losses, duplicates, late events, restarts and "
                    + "wrong clocks, and writes the truth about it to a file, so that a job's results can be held against it.",
            "TIMEs are such as 500ms, 10s, 5m or 2h; shares are from 0 to 1."
        },
        footer = {
            "",
            "A lost event is missing in the window of the next higher seq of the same (host, session, cpu) that was sent; "
                    + "those that no such seq follows are only in the ledger, and 'trailing' in the truth's line of the "
                    + "session. docs/simulate.md explains every field."
        })
public final class Main implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    @Mixin
    private KafkaOptions kafka;

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
            names = "--partitions",
            paramLabel = "N",
            description = "Partitions of the topic, if it has to be created. Default: the broker's.")
    private Optional<Integer> partitions = Optional.empty();

    @Option(
            names = "--truth",
            paramLabel = "FILE",
            description = "Where the truth goes, as JSON lines, when all is sent. Default: only the totals, on stdout.")
    private Optional<Path> truth = Optional.empty();

    @Option(
            names = "--speed",
            paramLabel = "X",
            defaultValue = "1",
            description = "Simulated seconds a second; 0: as fast as Kafka takes it. Changes nothing else, but for the "
                    + "default of --start. Default: ${DEFAULT-VALUE}.")
    private double speed;

    @Mixin
    private FleetOptions fleet;

    @Spec
    private CommandSpec spec;

    /** Runs until the end of the simulated time or a signal, then ends the JVM. */
    public static void main(String[] args) {
        Program.run(commandLine(), args);
    }

    /** All options. */
    public static CommandLine commandLine() {
        return Program.of(new Main()).registerConverter(Duration.class, FleetOptions::duration);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Program.requireTopicName("--topic", topic, spec);
        Program.requireTopicName("--ledger-topic", ledgerTopic, spec);
        StopSignal stop = StopSignal.install();
        FleetSettings settings;
        Cluster cluster;
        TruthFile file;
        try {
            if (partitions.filter(count -> count < 1).isPresent()) {
                throw new IllegalArgumentException("--partitions must be at least 1, not " + partitions.get());
            }
            settings = fleet.settings(topic, speed);
            cluster = new Cluster(kafka.settings(spec));
            file = new TruthFile(truth);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
        try (file) {
            settings = settings.onPartitions(cluster.prepare(topic, partitions, ledgerTopic));
            LOG.info(
                    "seed {}: {} hosts, {} events/s, from {}",
                    settings.seed(),
                    settings.hosts(),
                    settings.rate(),
                    Instant.ofEpochMilli(settings.startMs()));
            var simulated = new Fleet(settings);
            try (var sender = new EventSender(cluster.producer(), settings, ledgerTopic)) {
                new Run(simulated, sender, speed).run(stop);
            }
            file.write(simulated.truth());
            System.out.println(simulated.truth().totals());
        } catch (KafkaException e) {
            throw new ProgramException(e.getMessage(), e);
        }
        return 0;
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"simulate " + Main.class.getPackage().getImplementationVersion()};
        }
    }
}
