package io.skbstream.clients;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.internals.Topic;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The way of every program from its command line to its exit code.
 *
 * <ul>
 *   <li>0: done. 1: failed, and says why in a line on stderr. 2: not understood. Others are a command's own.
 *   <li>An empty value is not understood, unless it is declared as {@link MayBeEmpty}: a script passes it whose variable is not set.
 *   <li>A program whose stdout could not be written never ends with 0. It says why, unless the reader has gone away: then it ends
 *       with 141, as if SIGPIPE had killed it.
 * </ul>
 */
public final class Program {

    /** As a shell has it of a process that SIGPIPE killed. */
    public static final int READER_GONE = 128 + 13;

    private Program() {}

    /** The command line of an annotated command. What it says is safe to show, and has no secrets. */
    public static CommandLine of(Object command) {
        return new CommandLine(command)
                .setExpandAtFiles(false) // an argument is what it says, and so are those of a command that trace runs
                .registerConverter(Path.class, new PathConverter())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(Program::execute)
                .setParameterExceptionHandler((wrong, arguments) -> misunderstood(wrong))
                .setExecutionExceptionHandler((failure, failed, parsed) -> failed(failure, failed));
    }

    /**
     * Runs a command line and ends the JVM with its exit code. Numbers and names are written as in English, whatever the user's
     * language: other programs and later starts read them.
     */
    public static void run(CommandLine commands, String... arguments) {
        Locale.setDefault(Locale.ROOT);
        LibraryOutput.silence();
        Stdout stdout = Stdout.install();
        int exitCode = commands.execute(Given.arguments(commands.getCommandName(), arguments));
        System.exit(stdout.failure()
                .map(lost -> outputLost(lost, exitCode, commands))
                .orElse(exitCode));
    }

    /**
     * The value of an environment variable; empty if it is not set.
     *
     * @param instead how a value is written
     * @throws ParameterException if it is set to nothing
     */
    public static Optional<String> variable(String name, String instead, CommandSpec command) {
        Optional<String> value = Given.variable(name);
        if (value.filter(String::isBlank).isPresent()) {
            throw new ParameterException(
                    command.commandLine(),
                    "the variable " + name + " is set to nothing; write " + instead + " into it, or unset it");
        }
        return value;
    }

    /**
     * Refuses a name that no topic of Kafka's can have, nor a group whose name is the beginning of topics' names.
     *
     * @param option what it was given by
     * @throws ParameterException with the rule
     */
    public static void requireTopicName(String option, String name, CommandSpec command) {
        if (!Topic.isValid(name)) {
            throw new ParameterException(
                    command.commandLine(),
                    option + " '" + name
                            + "': a topic has 1 to 249 letters, digits, dots, underscores and hyphens, and is neither . nor ..");
        }
    }

    private static int execute(ParseResult parsed) {
        for (CommandLine command : parsed.asCommandLineList()) {
            ParseResult one = command.getParseResult();
            if (!one.isUsageHelpRequested() && !one.isVersionHelpRequested()) {
                one.matchedArgs().forEach(arg -> refuseEmptyValues(arg, command));
            }
        }
        try {
            return new RunLast().execute(parsed);
        } catch (LinkageError failed) { // where a limit keeps one of the JDK's own libraries from being loaded
            if (!SystemFailure.of(String.valueOf(failed.getMessage())).isLimit()) {
                throw failed;
            }
            List<CommandLine> meant = parsed.asCommandLineList();
            var why = new ProgramException(NativeLibrary.explain(failed).orElseThrow(), failed);
            throw new ExecutionException(meant.get(meant.size() - 1), why.getMessage(), why);
        }
    }

    private static void refuseEmptyValues(ArgSpec arg, CommandLine command) {
        if (arg.userObject() instanceof AnnotatedElement declared && declared.isAnnotationPresent(MayBeEmpty.class)) {
            return;
        }
        String name = arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
        for (String given : arg.originalStringValues()) {
            List<String> values =
                    arg.splitRegex().isEmpty() ? List.of(given) : List.of(given.split(arg.splitRegex(), -1));
            if (values.stream().anyMatch(String::isBlank)) {
                throw new ParameterException(
                        command,
                        name + " '" + given + "': " + (values.size() == 1 ? "the" : "a") + " value is empty; write "
                                + arg.paramLabel() + ", or leave it out",
                        arg,
                        given);
            }
        }
    }

    private static int misunderstood(ParameterException wrong) {
        List<String> meant = wrong instanceof UnmatchedArgumentException unknown ? unknown.getSuggestions() : List.of();
        String hint = meant.isEmpty() ? "" : "; did you mean " + String.join(" or ", meant) + "?";
        say(wrong.getCommandLine(), SafeText.of(Secrets.hideIn(wrong) + hint) + "; see --help");
        return ExitCode.USAGE;
    }

    private static int failed(Exception failure, CommandLine command) throws Exception {
        Optional<String> words = failure instanceof ProgramException explained
                ? Optional.of(shown(explained))
                : SystemFailure.explain(failure).map(SafeText::message);
        if (words.isEmpty()) {
            throw failure; // a defect of the program's own: its stack trace is what is needed
        }
        say(command, words.get());
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    private static String shown(ProgramException explained) {
        String message = String.valueOf(explained.getMessage());
        return explained.hasLines() ? SafeText.lines(Secrets.hideIn(message)) : SafeText.message(message);
    }

    private static int outputLost(IOException why, int exitCode, CommandLine commands) {
        CommandLine command = lastOf(commands);
        boolean readerGone = Terminal.isStdoutPipe(); // nothing else makes a write to a pipe fail
        if (!readerGone) {
            say(command, "cannot write to stdout: " + why.getMessage() + "; the output is incomplete");
        }
        if (exitCode != ExitCode.OK) {
            return exitCode;
        }
        return readerGone ? READER_GONE : command.getCommandSpec().exitCodeOnExecutionException();
    }

    /** The command that was meant, as far as the arguments were understood. */
    private static CommandLine lastOf(CommandLine commands) {
        ParseResult parsed = commands.getParseResult();
        List<CommandLine> meant = parsed == null ? List.of(commands) : parsed.asCommandLineList();
        return meant.get(meant.size() - 1);
    }

    private static void say(CommandLine command, String message) {
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message);
    }
}
