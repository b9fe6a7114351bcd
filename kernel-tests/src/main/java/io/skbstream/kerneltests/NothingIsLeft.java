package io.skbstream.kerneltests;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.it.AgentProcess;
import io.skbstream.producer.it.Broker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nothing is pinned, so the kernel itself removes everything with the process, however that ends. */
@Tag("stock")
@Order(4)
@ExtendWith(Broker.Resolver.class)
class NothingIsLeft {

    private static final Duration SOON = Duration.ofSeconds(20); // after a grace period of RCU, in an emulator

    @Test
    void sigkillLeavesNoKprobeAndNoProgram(Broker broker) throws Exception {
        try (AgentProcess agent = AgentProcess.start(
                "run", "--hook", "kprobe", "--bootstrap-servers", broker.bootstrapServers(), "--topic", "killed")) {
            agent.awaitCapturing();
            assertThat(kprobes()).contains("__netif_receive_skb");
            assertThat(programs()).contains("kprobe_netif_re");

            agent.signal("KILL").exitCode();

            long endNs = System.nanoTime() + SOON.toNanos();
            while (!isClean() && System.nanoTime() < endNs) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            assertThat(kprobes()).isEmpty();
            assertThat(programs()).doesNotContain("netif_re");
        }
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
