package io.skbstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The runnable jar's options: mistakes are found before anything is started, by whomever they are made. */
@Timeout(300)
class CommandLineIT {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            --nonsense                | Unknown option: '--nonsense'; see --help
            --seconds 0               | --seconds 0 is less than 1; see --help
            --window soon             | --window soon is not a time from 1s to 24h, such as 10s or 2m; see --help
            --http nonsense           | --http nonsense is no address to listen at; write HOST:PORT with a port from 0 (any) to 65535; see --help
            --http localhost:65536    | --http localhost:65536 is no address to listen at; write HOST:PORT with a port from 0 (any) to 65535; see --help
            """)
    void aMistakeIsAnsweredWithOneLineAndExitCode2(String args, String message) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("demo.jar")));
        command.addAll(List.of(args.split(" ")));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")); // the JVM names them
        var demo = builder.start();
        String said = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said.lines()).containsExactly("demo: " + message);
        assertThat(demo.waitFor()).isEqualTo(2);
    }
}
