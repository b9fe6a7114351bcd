package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However the agent ends, the kernel forgets its program. */
@LiveKernel
@ExtendWith(Broker.Resolver.class)
class NothingLeftIT {

    private static final Duration SOON = Duration.ofSeconds(20);

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP", "KILL"})
    void noProgramAndNoLinkAreLeftAfterASignal(String signal, Broker broker) throws Exception {
        try (var agent =
                AgentProcess.start("run", "--bootstrap-servers", broker.bootstrapServers(), "--topic", "left")) {
            agent.awaitCapturing();
            assertThat(ours("prog"))
                    .as("bpftool sees the program while the agent runs")
                    .isNotZero();
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
    private static void awaitNone() throws Exception {
        long endNs = System.nanoTime() + SOON.toNanos();
        while (ours("prog") + ours("link") > 0) {
            assertThat(System.nanoTime() - endNs)
                    .as("bpftool still shows a program of ours")
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** Programs, or links to programs, with the names that skbstream's have. */
    private static long ours(String kind) throws Exception {
        Process bpftool = new ProcessBuilder("bpftool", kind, "show")
                .redirectErrorStream(true)
                .start();
        String shown = new String(bpftool.getInputStream().readAllBytes());
        assertThat(bpftool.waitFor()).as("bpftool %s show: %s", kind, shown).isZero();
        return shown.lines().filter(line -> line.contains("netif_receive_s")).count();
    }
}
