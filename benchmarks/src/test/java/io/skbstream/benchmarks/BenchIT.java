package io.skbstream.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real benchmarks, briefly; that of the pipeline on the live kernel. */
class BenchIT {
    private static final Path BENCH_JAR = Path.of(System.getProperty("bench.jar"));

    private static final int END_S = 900;

    @TempDir
    private Path temporary;

    @TempDir
    private Path outputs;

    /** How much of a flood a machine carries is for the benchmark to say, not for a test. */
    @Test
    void aShortRunPrintsTheTableAccountsForEveryEventAndSaysWhetherAnyWasLost() throws Exception {
        Path agent = BENCH_JAR.resolveSibling("../../producer/target/skbstream.jar");
        int verdict = run("doctor", "-jar", agent.toString(), "doctor");
        List<String> obstacles = Files.readAllLines(outputs.resolve("doctor")).stream()
                .filter(line -> line.startsWith("BAD"))
                .map(line -> line.replaceFirst("BAD\\s+.*?\\s{2,}", ""))
                .toList();
        assertThat(verdict).isEqualTo(obstacles.isEmpty() ? 0 : 1);
        assumeTrue(obstacles.isEmpty(), () -> "the agent cannot run here: " + String.join("; ", obstacles));

        int exitCode = run("bench", "-jar", BENCH_JAR.toString(), "--seconds", "1", "--rounds", "1", "--markdown");

        List<String> lines = Files.readAllLines(outputs.resolve("bench"));
        assertThat(lines).anyMatch(line -> line.matches("\\| flood with the agent, packets/s \\| [0-9,]+ \\|.*"));
        assertThat(lines).contains("| events unaccounted for | 0 |  |");
        boolean whole = lines.contains("| events lost | 0 |  |");
        assertThat(exitCode).as(() -> String.join("\n", lines)).isEqualTo(whole ? 0 : 1);
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void theJobFindsTheTruthOfAShortTopicAndIsHeldAgainstTheTwoLoops() throws Exception {
        int exitCode =
                run("job", "-jar", BENCH_JAR.toString(), "--job", "--records", "50000", "--rounds", "1", "--markdown");

        List<String> lines = Files.readAllLines(outputs.resolve("job"));
        assertThat(exitCode).as(() -> String.join("\n", lines)).isZero();
        for (String figure : List.of("bare poll loop", "poll loop that decodes", "job")) {
            assertThat(lines).anyMatch(line -> line.matches("\\| " + figure + ", records/s \\| [0-9,]+ \\|.*"));
        }
        assertThat(lines).contains("| rounds whose rows add up to the simulator's truth | 1 |  |");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void twoQuestionsAtOnceAreRefused() throws Exception {
        assertThat(run("both", "-jar", BENCH_JAR.toString(), "--job", "--soak", "10m"))
                .isEqualTo(2);
        assertThat(run("short", "-jar", BENCH_JAR.toString(), "--soak", "1s")).isEqualTo(2);
        assertThat(Files.readString(outputs.resolve("short"))).contains("'1s' is not a time of at least 20s");
    }

    private int run(String name, String... program) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:-UsePerfData");
        command.add("-Djava.io.tmpdir=" + temporary);
        command.addAll(List.of(program));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(outputs.resolve(name).toFile());
        builder.environment().keySet().removeAll(List.of("KAFKA_BOOTSTRAP_SERVERS", "SCHEMA_REGISTRY_URL"));
        var process = builder.start();
        try {
            assertThat(process.waitFor(END_S, TimeUnit.SECONDS))
                    .as(name + " ended")
                    .isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
