package io.skbstream.programs;

import io.skbstream.clients.Program;
import io.skbstream.producer.cli.Skbstream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Every program that is run by a command line of picocli's: a new one belongs here. */
enum Programs {
    SKBSTREAM("producer/target/skbstream.jar", Skbstream::commandLine),
    CONSUMER("consumer-example/target/loopback-by-host.jar", () -> Program.of(new io.skbstream.example.Main())),
    SIMULATOR("simulator/target/simulator.jar", io.skbstream.simulator.Main::commandLine),
    DEMO("demo/target/demo.jar", () -> Program.of(new io.skbstream.demo.Main())),
    BENCH("benchmarks/target/bench.jar", () -> Program.of(new io.skbstream.benchmarks.Main())),
    CHAOS("chaos-tests/target/chaos-tests.jar", () -> Program.of(new io.skbstream.chaos.Main()));

    static final Path CLONE = Path.of("..").toAbsolutePath().normalize();

    private final String jar;
    private final Supplier<CommandLine> commandLine;

    Programs(String jar, Supplier<CommandLine> commandLine) {
        this.jar = jar;
        this.commandLine = commandLine;
    }

    /** The runnable jar. */
    Path jar() {
        return CLONE.resolve(jar);
    }

    /** As {@code main} makes it. */
    CommandLine commandLine() {
        return commandLine.get();
    }

    /** Every command of a program that is one by itself, that is, all but those that only group others. */
    Stream<CommandLine> commands() {
        return leaves(commandLine());
    }

    private static Stream<CommandLine> leaves(CommandLine command) {
        return command.getSubcommands().isEmpty()
                ? Stream.of(command)
                : command.getSubcommands().values().stream().distinct().flatMap(Programs::leaves);
    }

    /** The names of all commands of all programs: {@code spool ls}, {@code loopback-by-host}. */
    static Set<String> names() {
        return Arrays.stream(values())
                .flatMap(Programs::commands)
                .map(command -> {
                    String[] words = words(command);
                    return words.length == 0 ? command.getCommandName() : String.join(" ", words);
                })
                .collect(Collectors.toSet());
    }

    /** The program that has the command of such a name. */
    static Programs having(String name) {
        return Arrays.stream(values())
                .filter(one -> one.isNamed(name))
                .findFirst()
                .orElse(SKBSTREAM);
    }

    /** The arguments of its jar that make it run the command of such a name. */
    String line(String name, String arguments) {
        return isNamed(name) ? arguments : name + " " + arguments;
    }

    private boolean isNamed(String name) {
        return commandLine().getCommandName().equals(name);
    }

    /** What stands between the program's name and a command's own arguments: {@code spool ls}; empty if there is only one command. */
    static String[] words(CommandLine command) {
        String name = command.getCommandSpec().qualifiedName();
        return name.contains(" ") ? name.substring(name.indexOf(' ') + 1).split(" ") : new String[0];
    }
}
