package io.skbstream.kerneltests;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.it.AgentProcess;
import io.skbstream.producer.it.Broker;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The kernel itself removes program and kprobe with the process, however that ends. */
@Tag("stock")
@Order(4)
@ExtendWith(Broker.Resolver.class)
class NothingIsLeft {

    private static final Duration SOON = Duration.ofSeconds(20); // after a grace period of RCU, in an emulator

    @Test
    void sigkillLeavesOnlyTheCountersWhichTheNextStartTakes(Broker broker, @TempDir Path spool) throws Exception {
        try (AgentProcess agent = start(broker, spool)) {
            assertThat(kprobes()).contains("__netif_receive_skb");
            assertThat(programs()).contains("kprobe_netif_re");
            assertThat(keptCounters()).hasSize(1);

            agent.signal("KILL").exitCode();

            long endNs = System.nanoTime() + SOON.toNanos();
            while (!isClean() && System.nanoTime() < endNs) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            assertThat(kprobes()).isEmpty();
            assertThat(programs()).doesNotContain("netif_re");
            assertThat(keptCounters()).hasSize(1);
        }
        try (AgentProcess next = start(broker, spool)) {
            assertThat(next.err()).containsPattern("session \\d+ was killed after \\d+ hits");
            assertThat(keptCounters()).as("its own").hasSize(1);
            next.ledger();
            assertThat(keptCounters()).isEmpty();
        }
    }

    private static AgentProcess start(Broker broker, Path spool) throws Exception {
        String options = "run --hook kprobe --bootstrap-servers %s --topic killed --spool-dir %s --shutdown-timeout 2m"
                .formatted(broker.bootstrapServers(), spool);
        return AgentProcess.start(Guest.patiently(options.split(" "))).awaitCapturing();
    }

    private static List<String> keptCounters() {
        return Stream.of(new File("/sys/fs/bpf").list())
                .filter(name -> name.startsWith("skbstream-"))
                .toList();
    }

    private static boolean isClean() throws Exception {
        return kprobes().isEmpty() && !programs().contains("netif_re");
    }

    private static String kprobes() throws Exception {
        return Files.readString(Path.of("/sys/kernel/debug/kprobes/list"));
    }

    private static String programs() {
        return Command.must("bpftool prog show").output();
    }
}
