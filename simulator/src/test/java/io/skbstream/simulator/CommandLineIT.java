package io.skbstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The runnable jar's options, without a broker. */
@Timeout(600)
class CommandLineIT {
    @TempDir
    private Path folder;

    @Test
    void versionAndHelpGoToStdout() throws Exception {
        try (var version = new SimulatorProcess(folder, "version", "--version");
                var help = new SimulatorProcess(folder, "help", "--help")) {
            assertThat(version.exitCode()).isZero();
            assertThat(version.stdout()).singleElement().asString().matches("simulate \\d+\\.\\d+\\.\\d+.*");
            assertThat(help.exitCode()).isZero();
            assertThat(help.stdout()).anyMatch(line -> line.contains("--bootstrap-servers"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            --nonsense                       | 2 | Unknown option: '--nonsense'; see --help
            --hosts 0                        | 2 | --hosts must be from 1 to 1000000, not 0; see --help
            --rate 0                         | 2 | --rate must be more than 0 and at most 1e8 events/s, not 0.0; --speed 0 sends as fast as Kafka takes it; see --help
            --speed -1                       | 2 | --speed must be from 0 to 1000000, not -1.0; see --help
            --loss 2                         | 2 | --loss must be a share from 0 to 1, not 2.0; see --help
            --window soon                    | 2 | Invalid value for option '--window': 'soon' is not a time such as 500ms, 10s, 5m or 2h; see --help
            --too-late 0.1 --grace 10s       | 2 | --grace must be at least --latest + 2 x --skew + 1s = 13000 ms, or events in time could not be told from those too late; see --help
            --too-late 0.1 --grace 1h        | 2 | events would be up to 3613 s ahead of the clock, and Kafka takes 1 h unless message.timestamp.after.max.ms says otherwise; give a --start that is earlier by so much; see --help
            --topic a/b                      | 2 | --topic 'a/b': a topic has 1 to 249 letters, digits, dots, underscores and hyphens, and is neither . nor ..; see --help
            --partitions 0                   | 2 | --partitions must be at least 1, not 0; see --help
            --kafka-config /no/such/file     | 2 | cannot read --kafka-config /no/such/file: no such file; see --help
            -K linger.ms=often               | 2 | Invalid value often for configuration linger.ms: Not a number of type LONG; see --help
            -K hunter2x                      | 2 | Value for option option '-K' (KEY=VALUE) should be in KEY=VALUE format but was [hidden]; see --help
            -K sasl.mechanism=a hunter2x     | 2 | Unmatched argument at index 2 (not shown, since it may be a secret); see --help
            --bootstrap-servers u:hunter2x@a | 1 | cannot use Kafka at [hidden]@a: Invalid url in bootstrap.servers: [hidden]@a
            -K =x                            | 2 | -K: a key is empty; write KEY=VALUE; see --help
            --truth /no/such/folder/truth    | 2 | cannot write --truth /no/such/folder/truth: no such folder; name a file in a folder that takes one; see --help
            --truth /dev/null/truth          | 2 | cannot write --truth /dev/null/truth: Not a directory; name a file in a folder that takes one; see --help
            --truth /                        | 2 | cannot write --truth /: it is a folder; name a file in a folder that takes one; see --help
            --bootstrap-servers nowhere      | 1 | cannot use Kafka at nowhere: Invalid url in bootstrap.servers: nowhere
            --bootstrap-servers 127.0.0.1:1  | 1 | no Kafka broker answered at 127.0.0.1:1 within 10 s; start one, or name yours with --bootstrap-servers
            """)
    void badInputIsAnsweredWithOneLineAndAnExitCode(String args, int exitCode, String message) throws Exception {
        try (var simulator = new SimulatorProcess(folder, "bad", args.split(" "))) {
            assertThat(simulator.exitCode()).isEqualTo(exitCode);
            assertThat(simulator.stderr()).containsExactly("simulate: " + message);
            assertThat(simulator.stdout()).isEmpty();
        }
    }
}
