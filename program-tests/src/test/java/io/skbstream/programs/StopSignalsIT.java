package io.skbstream.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.skbstream.embeddedkafka.EmbeddedKafka;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A request to stop that arrives twice, as from {@code timeout}, is one request: every program that lasts ends in order, with what it
 * has to say on stdout, with 0, and without temporary files. A thread dump is no part of its stdout.
 */
@Timeout(900)
class StopSignalsIT {

    @TempDir
    private Path folder;

    @Test
    void theAgentStopsInOrderAndItsLedgerIsTheOnlyLine() throws Exception {
        try (var doctor = ProgramProcess.start(folder, new File("/dev/null"), Programs.SKBSTREAM.jar(), "doctor")) {
            assumeTrue(doctor.exitCode() == 0, "needs a kernel and the rights to load a BPF program, as doctor says");
        }
        String[] arguments = {
            "run",
            "--bootstrap-servers",
            "127.0.0.1:9",
            "--min-len",
            "1000000",
            "--spool-dir",
            folder.resolve("spool") + ""
        };
        String line = onlyLine(stopped(Programs.SKBSTREAM, "capturing at", arguments));

        assertThat(new ObjectMapper().readTree(line).get("unaccounted").asLong())
                .isZero();
    }

    @Test
    void theSimulatorAndTheJobStopInOrder() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            String[] fleet = {"--hosts", "2", "--duration", "1h", "--bootstrap-servers", kafka.bootstrapServers()};
            String totals = onlyLine(stopped(Programs.SIMULATOR, "seed ", fleet));
            assertThat(new ObjectMapper().readTree(totals).isObject()).isTrue();

            String[] job = {"--json", "--bootstrap-servers", kafka.bootstrapServers()};
            List<String> rows = stopped(Programs.CONSUMER, "connected to Kafka", job);
            assertThat(rows).allSatisfy(row -> assertThat(row).startsWith("{"));
        }
    }

    private List<String> stopped(Programs program, String ready, String... arguments) throws Exception {
        Path out = Files.createTempFile(folder, "out", "");
        try (var process = ProgramProcess.start(folder, out.toFile(), program.jar(), arguments)) {
            process.awaitSaid(ready).signal("QUIT").awaitSaid("Full thread dump");
            process.signal("TERM", "TERM", "TERM");
            assertThat(process.exitCode()).as(process.err()).isZero();
            assertThat(process.temporary()).isEmptyDirectory();
        }
        return Files.readAllLines(out);
    }

    private static String onlyLine(List<String> lines) {
        assertThat(lines).hasSize(1);
        return lines.get(0);
    }
}
