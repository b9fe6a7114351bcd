package io.skbstream.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.skbstream.clients.MayBeEmpty;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** An empty value, as a script passes it whose variable is not set, is refused before anything is done. */
class EmptyValuesTest {

    @TestFactory
    Stream<DynamicTest> everyOptionOfEveryCommandRefusesNothing() {
        return tests(command -> command.getCommandSpec().options().stream()
                .filter(option -> option.arity().max() > 0)
                .flatMap(EmptyValuesTest::mistakes));
    }

    @TestFactory
    Stream<DynamicTest> everyParameterRefusesNothing() {
        return tests(command -> command.getCommandSpec().positionalParameters().stream()
                .filter(parameter -> !mayBeEmpty(parameter))
                .map(parameter -> new Mistake("; see --help", "")));
    }

    /** @param named what the message must have */
    private record Mistake(String named, String... arguments) {}

    private static Stream<Mistake> mistakes(OptionSpec option) {
        String name = option.longestName();
        Stream<Mistake> empty = Stream.of(new Mistake(name, name, ""), new Mistake(name, name, " "));
        return option.splitRegex().isEmpty()
                ? empty
                : Stream.concat(empty, Stream.of(new Mistake(name, name, ","), new Mistake(name, name, "1,")));
    }

    private static boolean mayBeEmpty(PositionalParamSpec parameter) {
        return parameter.userObject() instanceof AnnotatedElement declared
                && declared.isAnnotationPresent(MayBeEmpty.class);
    }

    private interface Mistakes {
        Stream<Mistake> of(CommandLine command);
    }

    private static Stream<DynamicTest> tests(Mistakes mistakes) {
        return Arrays.stream(Programs.values()).flatMap(program -> program.commands()
                .flatMap(command -> mistakes.of(command).map(mistake -> test(program, command, mistake))));
    }

    private static DynamicTest test(Programs program, CommandLine command, Mistake mistake) {
        List<String> line = Stream.concat(Arrays.stream(Programs.words(command)), Arrays.stream(mistake.arguments))
                .toList();
        return dynamicTest(program + " " + line, () -> {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            int exitCode = program.commandLine()
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true))
                    .execute(line.toArray(String[]::new));

            assertThat(err.toString()).contains(mistake.named).containsOnlyOnce("\n");
            assertThat(exitCode).isEqualTo(ExitCode.USAGE);
            assertThat(out.toString()).isEmpty();
        });
    }
}
