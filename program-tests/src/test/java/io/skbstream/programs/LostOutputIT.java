package io.skbstream.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skbstream.embeddedkafka.EmbeddedKafka;
import java.io.File;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No command of any program ends with 0 when its output was lost, and each says why. */
@Timeout(900)
class LostOutputIT {
    private static final File FULL = new File("/dev/full");
    private static final File NULL = new File("/dev/null");
    private static final String LOST = "cannot write to stdout: No space left on device; the output is incomplete";

    @TempDir
    private Path folder;

    static Stream<Arguments> helps() {
        return Arrays.stream(Programs.values()).flatMap(program -> program.commands()
                .map(command -> Arguments.of(
                        program,
                        String.join(" ", Programs.words(command))
                                + (command.getCommandName().equals("help") ? " run" : " --help"))));
    }

    @ParameterizedTest
    @MethodSource("helps")
    void theHelpOfEveryCommand(Programs program, String line) throws Exception {
        isLost(program, words(line));
    }

    @Test
    void aReaderThatGoesAwayIsNoReasonToComplainButNoSuccess() throws Exception {
        for (Programs program : Set.of(Programs.SKBSTREAM, Programs.SIMULATOR)) {
            try (var process =
                    ProgramProcess.start(folder, NULL, "\"$@\" | :; exit ${PIPESTATUS[0]}", program.jar(), "--help")) {
                assertThat(process.exitCode()).isEqualTo(141);
                assertThat(process.err()).isEmpty();
            }
        }
    }

    @Test
    void aStdoutThatIsClosedIsNamed() throws Exception {
        Path jar = Programs.SIMULATOR.jar();
        try (var process = ProgramProcess.start(folder, NULL, "exec \"$@\" >&-", jar, "--help")) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.err()).contains("cannot write to stdout: Bad file descriptor");
        }
    }

    /** What each command prints when it does its work. A new command belongs here. */
    @Test
    void theWorkOfEveryCommand() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            String servers = kafka.bootstrapServers();
            Path spool = folder.resolve("spool");
            String at = " --spool-dir " + spool;
            Map<String, String> live = new TreeMap<>(Map.of(
                    "run",
                    "--bootstrap-servers 127.0.0.1:9 --duration 1s --shutdown-timeout 1s" + at + "-2",
                    "trace",
                    "--duration 1s",
                    "spool ls",
                    at,
                    "spool cat",
                    at,
                    "spool verify",
                    at,
                    "spool replay",
                    "--bootstrap-servers " + servers + at));
            Map<String, String> others = new TreeMap<>(Map.of(
                    "simulate",
                    "--hosts 2 --duration 1s --speed 0 --bootstrap-servers " + servers,
                    "audit",
                    "--bootstrap-servers " + servers,
                    "doctor",
                    "",
                    "help",
                    "run",
                    "generate-completion",
                    "",
                    "loopback-by-host",
                    "--json --bootstrap-servers " + servers));
            // What these print comes after minutes, by the same way.
            Map<String, String> slow = Map.of("demo", "--help", "bench", "--help", "test-chaos", "--help");
            assertThat(Stream.of(live, others, slow).flatMap(map -> map.keySet().stream()))
                    .containsExactlyInAnyOrderElementsOf(Programs.names());

            done(Programs.SIMULATOR, "--hosts 2 --duration 5s --speed 0 --bootstrap-servers " + servers);
            for (Map<String, String> lines : Stream.of(others, slow).toList()) {
                for (Map.Entry<String, String> line : lines.entrySet()) {
                    isLost(line.getKey(), line.getValue());
                }
            }
            assumeTrue(canCapture(), "needs a kernel and the rights to load a BPF program, as doctor says");
            spoolSomething("run --bootstrap-servers 127.0.0.1:9 --device lo --duration 2s --shutdown-timeout 1s" + at);
            for (Map.Entry<String, String> line : live.entrySet()) { // in this order: replay empties the folder
                isLost(line.getKey(), line.getValue());
            }
        }
    }

    private void isLost(String name, String arguments) throws Exception {
        Programs program = Programs.having(name);
        isLost(program, words(program.line(name, arguments)));
    }

    private void isLost(Programs program, String... words) throws Exception {
        String what = program + " " + String.join(" ", words);
        try (var process = ProgramProcess.start(folder, FULL, program.jar(), words)) {
            assertThat(process.exitCode()).as("%s: %s", what, process.err()).isNotZero();
            assertThat(process.err()).as(what).contains(LOST).doesNotContain("\tat ");
        }
    }

    private void done(Programs program, String line) throws Exception {
        try (var process = ProgramProcess.start(folder, NULL, program.jar(), words(line))) {
            assertThat(process.exitCode()).as(process.err()).isZero();
        }
    }

    private boolean canCapture() throws Exception {
        try (var doctor = ProgramProcess.start(folder, NULL, Programs.SKBSTREAM.jar(), "doctor")) {
            return doctor.exitCode() == 0;
        }
    }

    private void spoolSomething(String line) throws Exception {
        try (var agent = ProgramProcess.start(folder, NULL, Programs.SKBSTREAM.jar(), words(line));
                var socket = new DatagramSocket()) {
            agent.awaitSaid("capturing at");
            var packet = new DatagramPacket(new byte[1], 1, InetAddress.getByName("127.0.0.1"), 9);
            for (int i = 0; i < 100; i++) {
                socket.send(packet);
            }
            assertThat(agent.exitCode()).as(agent.err()).isZero();
        }
    }

    private static String[] words(String line) {
        return Arrays.stream(line.split(" ")).filter(word -> !word.isEmpty()).toArray(String[]::new);
    }
}
