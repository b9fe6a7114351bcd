package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However the agent ends, the kernel forgets its program. A link would keep it, so none is left either. */
@LiveKernel
@NeedsCommand("bpftool")
@ExtendWith(Broker.Resolver.class)
class NothingLeftIT {

    private Set<Long> before;

    @BeforeEach
    void look() throws Exception {
        before = programs();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP", "KILL"})
    void noProgramAndNoLinkAreLeftAfterASignal(String signal, Broker broker) throws Exception {
        try (var agent =
                AgentProcess.start("run", "--bootstrap-servers", broker.bootstrapServers(), "--topic", "left")) {
            agent.awaitCapturing();
            assertThat(programs())
                    .as("bpftool sees the program while the agent runs")
                    .containsAnyElementsOf(heldBy(Path.of("/proc", Long.toString(agent.pid()))));
            agent.signal(signal).exitCode();

            awaitNone();
        }
    }

    @Test
    void noProgramIsLeftWhenKafkasClientRefusesItsSettings(Broker broker) throws Exception {
        try (var agent = AgentProcess.start(
                "run", "--bootstrap-servers", broker.bootstrapServers(), "--topic", "left", "-K", "acks=some")) {
            assertThat(agent.exitCode()).isEqualTo(1);

            awaitNone();
        }
    }

    /** The kernel frees a killed process's programs a moment after the process is gone. */
    private void awaitNone() throws Exception {
        long endNs = System.nanoTime() + AgentProcess.PATIENCE.toNanos();
        for (Set<Long> left = left(); !left.isEmpty(); left = left()) {
            assertThat(System.nanoTime() - endNs)
                    .as("bpftool still shows programs of ours: %s", left)
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Programs that are new, though no process holds them: those of other agents on this host do not count. */
    private Set<Long> left() throws Exception {
        Set<Long> left = programs();
        left.removeAll(before);
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .forEach(process -> left.removeAll(heldBy(process)));
        }
        return left;
    }

    /** Numbers of the programs with names as ours have, whichever hook they are for. */
    private static Set<Long> programs() throws Exception {
        Set<Long> numbers = new TreeSet<>();
        Pattern.compile("(?m)^(\\d+): .*netif_re")
                .matcher(bpftool("prog", "show"))
                .results()
                .forEach(found -> numbers.add(Long.parseLong(found.group(1))));
        return numbers;
    }

    /** Numbers of the programs that a process holds, by itself or through a link. */
    private static Set<Long> heldBy(Path process) {
        Set<Long> numbers = new TreeSet<>();
        try (Stream<Path> files = Files.list(process.resolve("fdinfo"))) {
            files.flatMap(file -> lines(file))
                    .filter(line -> line.startsWith("prog_id:"))
                    .forEach(line -> numbers.add(
                            Long.parseLong(line.substring(line.indexOf(':') + 1).strip())));
        } catch (IOException | UncheckedIOException processIsGone) {
            return numbers;
        }
        return numbers;
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException closedMeanwhile) {
            return Stream.empty();
        }
    }

    private static String bpftool(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("bpftool"));
        command.addAll(List.of(words));
        Process bpftool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String shown = new String(bpftool.getInputStream().readAllBytes());
        assertThat(bpftool.waitFor()).as("%s: %s", command, shown).isZero();
        return shown;
    }
}
