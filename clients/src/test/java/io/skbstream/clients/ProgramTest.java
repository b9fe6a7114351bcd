package io.skbstream.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What all programs say, and the exit codes with which they say it. */
class ProgramTest {

    private final StringWriter err = new StringWriter();
    private final Some some = new Some();

    @Command(name = "some", mixinStandardHelpOptions = true)
    static final class Some implements Callable<Integer> {
        @Option(names = "--folder", paramLabel = "DIR")
        private Path folder;

        @Option(names = "--names", paramLabel = "NAME", split = ",")
        private List<String> names;

        @Option(names = "-K", paramLabel = "KEY=VALUE")
        private Map<String, String> keys;

        @MayBeEmpty
        @Option(names = "--prefix", paramLabel = "TEXT")
        private String prefix;

        @Parameters(paramLabel = "FILE", arity = "0..*")
        private List<String> files;

        private Exception failure;

        @Override
        public Integer call() throws Exception {
            if (failure != null) {
                throw failure;
            }
            return 7;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
            --folder=         | some: --folder '': the value is empty; write DIR, or leave it out; see --help
            "--folder= "      | some: --folder ' ': the value is empty; write DIR, or leave it out; see --help
            --names=          | some: --names '': the value is empty; write NAME, or leave it out; see --help
            --names=,         | some: --names ',': a value is empty; write NAME, or leave it out; see --help
            --names=a,,b      | some: --names 'a,,b': a value is empty; write NAME, or leave it out; see --help
            ""                | some: FILE '': the value is empty; write FILE, or leave it out; see --help
            --foldr           | some: Unknown option: '--foldr'; did you mean --folder?; see --help
            """)
    void aMistakeIsOneLine(String argument, String told) {
        assertThat(execute(argument)).isEqualTo(2);
        assertThat(err).hasToString(told + "\n");
    }

    @ParameterizedTest
    @CsvSource({"--prefix=", "-Kkey=", "--folder=x", "'--names=a,b'"})
    void whatMayBeEmptyIsTaken(String argument) {
        assertThat(execute(argument)).isEqualTo(7);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void anArgumentIsNoFileOfArguments(@TempDir Path folder) throws IOException {
        String argument = "@" + Files.writeString(folder.resolve("arguments"), "hunter2x\n");

        assertThat(execute("--", argument)).isEqualTo(7);
        assertThat(some.files).containsExactly(argument);
    }

    @Test
    void aFailureInWordsIsOneLine() {
        some.failure = new ProgramException("no disk; buy one");

        assertThat(execute()).isEqualTo(1);
        assertThat(err).hasToString("some: no disk; buy one\n");
    }

    @Test
    void aDefectComesWithItsStackTrace() {
        some.failure = new IllegalStateException("cannot be");

        assertThat(execute()).isEqualTo(1);
        assertThat(err.toString()).contains("cannot be", "\tat " + ProgramTest.class.getName());
    }

    @Test
    void aFailureOfTheMachineIsOneLine() {
        some.failure = new UncheckedIOException(new IOException("no space\u001b[31m"));

        assertThat(execute()).isEqualTo(1);
        assertThat(err).hasToString("some: IOException: no space\\u001b[31m\n");
    }

    @Test
    void whatMustNotBeShownIsNot() {
        some.failure = new ProgramException("refused: password=S3cret\nsome: all is well");

        assertThat(execute()).isEqualTo(1);
        assertThat(execute("--password=S3cret")).isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("some: ").doesNotContain("S3cret"));
    }

    private int execute(String... arguments) {
        return Program.of(some).setErr(new PrintWriter(err, true)).execute(arguments);
    }
}
