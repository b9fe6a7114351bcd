package io.skbstream.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A variable that is set to nothing is refused where it counts: what a script meant is not the default. */
@Timeout(300)
class EmptyVariablesIT {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "SKBSTREAM, KAFKA_BOOTSTRAP_SERVERS, audit",
        "SKBSTREAM, SCHEMA_REGISTRY_URL, audit",
        "CONSUMER, KAFKA_BOOTSTRAP_SERVERS, --json",
        "CONSUMER, SCHEMA_REGISTRY_URL, --json",
        "SIMULATOR, KAFKA_BOOTSTRAP_SERVERS, --speed=0"
    })
    void isRefused(Programs program, String variable, String argument) throws Exception {
        String script = variable + "= exec \"$@\"";
        try (var process = ProgramProcess.start(folder, new File("/dev/null"), script, program.jar(), argument)) {
            assertThat(process.exitCode()).isEqualTo(2);
            assertThat(process.err()).contains("the variable " + variable + " is set to nothing; write ");
        }
    }

    @ParameterizedTest
    @CsvSource({"SKBSTREAM, audit", "CONSUMER, --json", "SIMULATOR, --speed=0"})
    void doesNotMatterBesideTheOption(Programs program, String argument) throws Exception {
        String script = "KAFKA_BOOTSTRAP_SERVERS= exec \"$@\" --bootstrap-servers nowhere";
        try (var process = ProgramProcess.start(folder, new File("/dev/null"), script, program.jar(), argument)) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.err()).contains("nowhere");
        }
    }
}
