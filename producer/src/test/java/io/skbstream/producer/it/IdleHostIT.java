package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.embeddedkafka.FreePorts;
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

    /** The end of the agent is in it, so that its requests have to be left out as well. */
    private static final int SECONDS = 30;

    /** What an agent and its broker exchange in some seconds when nothing happens. */
    private static final int PACKETS = 100;

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
        try (var agent = start("idle", spool, "--metrics", "0")) {
            agent.awaitLine("connected to Kafka"); // before, not all ports are known
            double before = metric(agent, "skbstream_captured_total");
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            agent.await(SECONDS + " s", () -> System.nanoTime() - endNs >= 0);
            JsonNode ledger = agent.ledger();

            assertThat(ledger.get("hits").asLong())
                    .as("Kafka's traffic is there")
                    .isGreaterThan(SECONDS);
            assertThat(ledger.get("captured").asLong() - before).isLessThan(SECONDS);
            assertThat(ledger.get("unaccounted").asLong()).isZero();
        }
    }

    @Test
    void withoutTheExclusionTheAgentSeesItself(@TempDir Path spool) throws Exception {
        try (var agent = start("not-excluded", spool, "--exclude-ports", "none", "--metrics", "0")) {
            agent.awaitCapturing();
            agent.await(
                    "more events than an idle host makes",
                    () -> metric(agent, "skbstream_captured_total") > 10 * SECONDS);
            assertThat(agent.ledger().get("unaccounted").asLong()).isZero();
        }
    }

    /** Kafka is away when the agent starts, and later advertises a port that is no bootstrap server's. */
    @Test
    void aPortThatKafkaAdvertisesIsLeftOutOnceItIsKnownAndNoLoopBegins(@TempDir Path spool) throws Exception {
        int bootstrap = FreePorts.next();
        int advertised = Integer.parseInt(bootstrapServers.substring(bootstrapServers.lastIndexOf(':') + 1));
        try (var agent = start("127.0.0.1:" + bootstrap, "advertised", spool, "--metrics", "0")) {
            agent.awaitLine("not captured", Integer.toString(bootstrap));
            agent.awaitLine("no Kafka broker answers");
            try (var forward = new PortForward(host, bootstrap, advertised)) {
                agent.awaitLine("not captured", Integer.toString(bootstrap), Integer.toString(advertised));
                agent.await("events in Kafka", () -> metric(agent, "skbstream_acked_total") > 0);
                double captured = metric(agent, "skbstream_captured_total");
                double hits = metric(agent, "skbstream_hits_total");
                agent.await("traffic with Kafka", () -> metric(agent, "skbstream_hits_total") > hits + PACKETS);

                assertThat(captured).as("what came before the port was known").isPositive();
                assertThat(metric(agent, "skbstream_captured_total") - captured).isLessThan(PACKETS / 10.0);
                assertThat(forward.connections()).isPositive();
            }
            assertThat(agent.ledger().get("unaccounted").asLong()).isZero();
        }
    }

    private AgentProcess start(String topic, Path spool, String... more) {
        return start(bootstrapServers, topic, spool, more);
    }

    private AgentProcess start(String servers, String topic, Path spool, String... more) {
        String options = "run --bootstrap-servers %s --topic %s --netns %s --spool-dir %s --shutdown-timeout 2m"
                .formatted(servers, topic, host.inode(), spool);
        String[] all =
                Stream.concat(Stream.of(options.split(" ")), Stream.of(more)).toArray(String[]::new);
        return host.run(() -> AgentProcess.start(all));
    }

    /** As the agent shows it in its own network namespace. */
    private double metric(AgentProcess agent, String name) {
        Matcher address = METRICS.matcher(agent.err());
        assertThat(address.find()).as("an address in:%n%s", agent.err()).isTrue();
        String page = host.run(() -> {
            try (InputStream in = URI.create(address.group(1)).toURL().openStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
        return new Exposition(page).value(name);
    }
}
