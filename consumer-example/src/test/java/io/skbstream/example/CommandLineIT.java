package io.skbstream.example;

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
        try (var version = new JobProcess(folder, "version", "--version");
                var help = new JobProcess(folder, "help", "--help")) {
            assertThat(version.exitCode()).isZero();
            assertThat(version.stdout()).singleElement().asString().matches("loopback-by-host \\d+\\.\\d+\\.\\d+.*");
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
            --window 0s                      | 2 | --window 0s is not a time from 1s to 24h, such as 10s or 2m; see --help
            --window soon                    | 2 | --window soon is not a time from 1s to 24h, such as 10s or 2m; see --help
            --grace -1s                      | 2 | --grace -1s is not a time from 0s to 24h, such as 10s or 2m; see --help
            --grace 25h                      | 2 | --grace 25h is not a time from 0s to 24h, such as 10s or 2m; see --help
            --http 8080x                     | 2 | Invalid value for option '--http': '8080x' is no address to listen at; write HOST:PORT with a port from 0 (any) to 65535, as 127.0.0.1:8080 or [::1]:8080; see --help
            --application-id a/b             | 2 | --application-id 'a/b': a topic has 1 to 249 letters, digits, dots, underscores and hyphens, and is neither . nor ..; see --help
            --kafka-config /no/such/file     | 2 | cannot read --kafka-config /no/such/file: no such file; see --help
            -K commit.interval.ms=often      | 2 | Invalid value often for configuration commit.interval.ms: Not a number of type LONG; see --help
            -K hunter2x                      | 2 | Value for option option '-K' (KEY=VALUE) should be in KEY=VALUE format but was [hidden]; see --help
            -K sasl.mechanism=a hunter2x     | 2 | Unmatched argument at index 2 (not shown, since it may be a secret); see --help
            --bootstrap-servers u:hunter2x@a | 1 | cannot use Kafka at [hidden]@a: Invalid url in bootstrap.servers: [hidden]@a
            -K =x                            | 2 | -K: a key is empty; write KEY=VALUE; see --help
            --bootstrap-servers nowhere      | 1 | cannot use Kafka at nowhere: Invalid url in bootstrap.servers: nowhere
            --bootstrap-servers 127.0.0.1:1  | 1 | no Kafka broker answered at 127.0.0.1:1 within 10 s; start one, or name yours with --bootstrap-servers
            """)
    void badInputIsAnsweredWithOneLineAndAnExitCode(String args, int exitCode, String message) throws Exception {
        try (var job = new JobProcess(folder, "bad", args.split(" "))) {
            assertThat(job.exitCode()).isEqualTo(exitCode);
            assertThat(job.stderr()).containsExactly("loopback-by-host: " + message);
            assertThat(job.stdout()).isEmpty();
        }
    }
}
