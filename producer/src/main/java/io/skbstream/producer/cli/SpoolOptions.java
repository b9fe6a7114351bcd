package io.skbstream.producer.cli;

import io.skbstream.producer.spool.SpoolSettings;
import io.skbstream.producer.spool.SpoolSettings.Policy;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where events wait while Kafka is away, and how many. */
final class SpoolOptions {

    /** Where the spool is by default. */
    static final String FOLDER = "/var/lib/skbstream/spool";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--spool-dir",
            paramLabel = "DIR",
            defaultValue = FOLDER,
            description = "Folder for events that wait while Kafka is away; one agent each. Default: ${DEFAULT-VALUE}.")
    private Path folder;

    @Option(
            names = "--spool-max",
            paramLabel = "SIZE",
            defaultValue = "1GiB",
            converter = Converters.OfSpoolBytes.class,
            description = "Bound of the spool on disk, from 1MiB. Default: ${DEFAULT-VALUE}.")
    private long maxBytes;

    @Option(
            names = "--spool-max-age",
            paramLabel = "TIME",
            defaultValue = "7d",
            converter = Converters.OfDuration.class,
            description = "Events that have waited longer are evicted. Default: ${DEFAULT-VALUE}.")
    private Duration maxAge;

    @Option(
            names = "--spool-policy",
            paramLabel = "evict-oldest|refuse-newest",
            defaultValue = "evict-oldest",
            description =
                    "Which events are lost, and counted as evicted, when the spool is full. Default: ${DEFAULT-VALUE}.")
    private String policy;

    /** As {@link io.skbstream.producer.spool.Spool#open} takes them. */
    SpoolSettings settings() {
        return new SpoolSettings(folder, maxBytes, maxAge, policy());
    }

    private Policy policy() {
        for (Policy one : Policy.values()) {
            if (one.name().replace('_', '-').equalsIgnoreCase(policy)) {
                return one;
            }
        }
        throw new ParameterException(
                command.commandLine(), "--spool-policy '" + policy + "': there are evict-oldest and refuse-newest");
    }
}
