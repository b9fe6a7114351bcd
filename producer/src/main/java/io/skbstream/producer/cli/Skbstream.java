package io.skbstream.producer.cli;

import io.skbstream.clients.Given;
import io.skbstream.clients.LibraryOutput;
import io.skbstream.clients.PathConverter;
import io.skbstream.clients.SafeText;
import io.skbstream.clients.Secrets;
import io.skbstream.clients.SystemFailure;
import io.skbstream.producer.AgentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

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
        LibraryOutput.silence();
        System.exit(commandLine().execute(Given.arguments("skbstream", arguments)));
    }

    static CommandLine commandLine() {
        CommandLine commands = new CommandLine(new Skbstream());
        // What follows the traced command's name is the command's, with or without "--" before it.
        commands.getSubcommands().get("trace").setStopAtPositional(true);
        return commands.setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Path.class, new PathConverter())
                .setParameterExceptionHandler((wrong, arguments) -> usage(wrong))
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command));
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

    private static int usage(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        List<String> meant = wrong instanceof UnmatchedArgumentException unknown ? unknown.getSuggestions() : List.of();
        String hint = meant.isEmpty() ? "" : "; did you mean " + String.join(" or ", meant) + "?";
        command.getErr()
                .println(name + ": " + SafeText.of(Secrets.hideIn(wrong) + hint) + " (see " + name + " --help)");
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(Exception failure, CommandLine command) throws Exception {
        Optional<String> words =
                failure instanceof AgentException ? Optional.of(failure.getMessage()) : SystemFailure.explain(failure);
        if (words.isPresent()) {
            command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + SafeText.message(words.get()));
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw failure; // a defect of the agent's own: its stack trace is what is needed
    }

    /** For {@code --version}. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"skbstream " + version()};
        }
    }
}
