package io.skbstream.producer.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How fast the spool is replayed. */
final class ReplayOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--replay-rate",
            paramLabel = "EVENTS/S",
            defaultValue = "100000",
            description = "How fast the spool is replayed while live events go on. Default: ${DEFAULT-VALUE}.")
    private int perSecond;

    int perSecond() {
        if (perSecond < 1) {
            throw new ParameterException(
                    command.commandLine(), "--replay-rate " + perSecond + ": it is at least 1 event a second");
        }
        return perSecond;
    }
}
