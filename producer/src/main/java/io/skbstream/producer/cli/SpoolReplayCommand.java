package io.skbstream.producer.cli;

import io.skbstream.clients.StopSignal;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.agent.SpoolReplay;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.spool.SpoolFolder;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spool replay}: what an agent that is no more has left behind goes to Kafka. */
@Command(
        name = "replay",
        description = {
            "Sends the events that wait, oldest first, with the accounts of their sessions, and removes them from the folder.",
            "Only where no agent runs on it: an agent does the same by itself.",
            "Exit code 0: nothing waits any more. 1: something still does, or was lost, or Kafka refuses a ledger or is not there."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Skbstream.Version.class,
        sortOptions = false)
final class SpoolReplayCommand implements Callable<Integer> {

    @Option(
            names = "--spool-dir",
            paramLabel = "DIR",
            defaultValue = SpoolOptions.FOLDER,
            description = "The spool folder. Default: ${DEFAULT-VALUE}.")
    private Path folder;

    @Mixin
    private KafkaOptions kafka;

    @Mixin
    private ReplayOptions replay;

    @Override
    public Integer call() throws Exception {
        var topic = kafka.topic();
        new SpoolFolder(folder).list(); // a folder that is not there is a mistake here, and not to be made
        topic.kafka().startCompression();
        StopSignal stop = StopSignal.install();
        SpoolReplay.Result result =
                SpoolReplay.run(folder, host(), topic, kafka.ledgerTopic(), replay.perSecond(), stop::isRequested);
        System.out.printf(
                Locale.ROOT,
                "%,d events sent to %s, %,d refused or unreadable, %,d still wait%n",
                result.acked(),
                topic.topic(),
                result.lost(),
                result.waiting());
        if (result.unsent() > 0) {
            System.err.println("skbstream spool replay: Kafka has not taken the last ledgers of " + result.unsent()
                    + " sessions, so it has no final account of their events; they stay in the folder");
        }
        return result.waiting() + result.lost() + result.unsent() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** Names this client in the brokers' logs. Events keep the name of their own host, so any will do. */
    private static String host() {
        try {
            return Kernel.running().hostName();
        } catch (AgentException noName) {
            return "spool-replay";
        }
    }
}
