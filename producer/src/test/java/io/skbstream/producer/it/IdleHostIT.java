package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.producer.libbpf.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** An idle host with its broker on {@code lo} stays idle: agent and broker alone in a network namespace. */
@LiveKernel
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdleHostIT {

    private static final Path KAFKA = Path.of("../embedded-kafka/target/embedded-kafka.jar")
            .toAbsolutePath()
            .normalize();
    private static final String READY = "bootstrap.servers=";

    /** Start and end of the agent are in it, so that their requests have to be left out as well. */
    private static final int SECONDS = 30;

    private NetworkNamespace host;
    private Process kafka;
    private String bootstrapServers;

    @BeforeAll
    void startKafka() throws IOException {
        host = NetworkNamespace.create("it-idle-host");
        kafka = host.run(() -> new ProcessBuilder(
                        AgentProcess.java(), "-Xmx512m", "-jar", KAFKA.toString(), "--until-stdin-closes")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
        var out = new BufferedReader(new InputStreamReader(kafka.getInputStream(), StandardCharsets.UTF_8));
        String ready = String.valueOf(out.readLine());
        assertThat(ready).startsWith(READY);
        bootstrapServers = ready.substring(READY.length());
    }

    @AfterAll
    void stopKafka() throws InterruptedException {
        kafka.destroy(); // it removes its folder
        if (!kafka.waitFor(30, TimeUnit.SECONDS)) {
            kafka.destroyForcibly();
        }
        host.close();
    }

    @Test
    void anIdleHostMakesLessThanOneEventASecond(@TempDir Path spool) throws Exception {
        JsonNode ledger = run("idle", spool);

        assertThat(ledger.get("hits").asLong()).as("Kafka's traffic is there").isGreaterThan(SECONDS);
        assertThat(ledger.get("captured").asLong()).isLessThan(SECONDS);
        assertThat(ledger.get("unaccounted").asLong()).isZero();
    }

    @Test
    void withoutTheExclusionTheAgentSeesItself(@TempDir Path spool) throws Exception {
        JsonNode ledger = run("not-excluded", spool, "--exclude-ports", "none");

        assertThat(ledger.get("captured").asLong()).isGreaterThan(10 * SECONDS);
        assertThat(ledger.get("unaccounted").asLong()).isZero();
    }

    private JsonNode run(String topic, Path spool, String... more) throws Exception {
        Stream<String> options =
                Stream.of("run --bootstrap-servers %s --topic %s --netns %s --duration %ds --spool-dir %s"
                        .formatted(bootstrapServers, topic, host.inode(), SECONDS, spool)
                        .split(" "));
        String[] all = Stream.concat(options, Stream.of(more)).toArray(String[]::new);
        try (var agent = host.run(() -> AgentProcess.start(all))) {
            assertThat(agent.exitCode()).as(agent.err()).isZero();
            return agent.lastLedger();
        }
    }
}
