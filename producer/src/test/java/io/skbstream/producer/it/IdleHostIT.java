package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.producer.libbpf.NetworkNamespace;
import io.skbstream.producer.telemetry.Exposition;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final Pattern METRICS = Pattern.compile("metrics at (http://127\\.0\\.0\\.1:\\d+/metrics)");
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
        if (!kafka.waitFor(AgentProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
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
        try (var agent = start("not-excluded", spool, "--exclude-ports", "none", "--metrics", "0")) {
            agent.awaitCapturing();
            agent.await("more events than an idle host makes", () -> captured(agent) > 10 * SECONDS);
            assertThat(agent.ledger().get("unaccounted").asLong()).isZero();
        }
    }

    private JsonNode run(String topic, Path spool) throws Exception {
        try (var agent = start(topic, spool, "--duration", SECONDS + "s")) {
            assertThat(agent.exitCode()).as(agent.err()).isZero();
            return agent.lastLedger();
        }
    }

    private AgentProcess start(String topic, Path spool, String... more) {
        String options = "run --bootstrap-servers %s --topic %s --netns %s --spool-dir %s --shutdown-timeout 2m"
                .formatted(bootstrapServers, topic, host.inode(), spool);
        String[] all =
                Stream.concat(Stream.of(options.split(" ")), Stream.of(more)).toArray(String[]::new);
        return host.run(() -> AgentProcess.start(all));
    }

    /** As the agent shows it in its own network namespace. */
    private double captured(AgentProcess agent) {
        Matcher address = METRICS.matcher(agent.err());
        assertThat(address.find()).as("an address in:%n%s", agent.err()).isTrue();
        String page = host.run(() -> {
            try (InputStream in = URI.create(address.group(1)).toURL().openStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
        return new Exposition(page).value("skbstream_captured_total");
    }
}
