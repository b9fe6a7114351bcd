package io.skbstream.producer.cli;

import io.skbstream.clients.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** Entry point. Exit code 0: clean; 1: failed at run time; 2: not understood; others are a command's own. */
@Command(
        name = "skbstream",
        description = "Streams every __netif_receive_skb hit of this host into Kafka as Avro.",
        mixinStandardHelpOptions = true,
        versionProvider = Skbstream.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            TraceCommand.class,
            DoctorCommand.class,
            AuditCommand.class,
            SpoolCommand.class,
            CommandLine.HelpCommand.class,
            AutoComplete.GenerateCompletion.class
        })
public final class Skbstream implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    public static void main(String[] arguments) {
        Program.run(commandLine(), arguments);
    }

    /** All commands. */
    public static CommandLine commandLine() {
        CommandLine commands = Program.of(new Skbstream());
        // What follows the traced command's name is the command's, with or without "--" before it.
        commands.getSubcommands().get("trace").setStopAtPositional(true);
        return commands;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }

    /** The version that this jar was built as. */
    static String version() {
        try (InputStream file = Skbstream.class.getResourceAsStream("/version.properties")) {
            Properties properties = new Properties();
            properties.load(file);
            return properties.getProperty("version");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** For {@code --version}. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"skbstream " + version()};
        }
    }
}
