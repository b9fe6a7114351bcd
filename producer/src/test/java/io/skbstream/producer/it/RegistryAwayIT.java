package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.embeddedkafka.FreePorts;
import io.skbstream.embeddedregistry.ApicurioRegistry;
import io.skbstream.producer.libbpf.SystemWords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A registry that is away costs no event. */
@LiveKernel
@ExtendWith(Broker.Resolver.class)
class RegistryAwayIT {

    private static final int EVENTS = 1_000;
    private static final String TOPIC = "registry-away";

    @TempDir
    private Path spool;

    @Test
    void eventsWaitUntilThereIsAnIdAndFromThenOnTheIdIsEnough(Broker broker) throws Exception {
        int port = FreePorts.next();
        try (var traffic = new LoopbackTraffic()) {
            long startNs = System.nanoTime();
            try (var agent = capture(broker, traffic, port)) {
                agent.awaitLine(
                        "it does not answer (" + SystemWords.CONNECTION_REFUSED + "); events wait in the spool");
                traffic.send(EVENTS);
                agent.awaitSpooled(spool, EVENTS);
                assertThat(broker.size(TOPIC)).isZero();
                try (var registry = ApicurioRegistry.start(port)) {
                    assertThat(registry.port()).isEqualTo(port);
                    agent.await("the events in Kafka", () -> broker.size(TOPIC) == EVENTS);
                }
                traffic.send(EVENTS);
                agent.await("more without the registry", () -> broker.size(TOPIC) == 2 * EVENTS);
                JsonNode ledger = agent.ledger();
                assertThat(ledger.get("replayed").asLong()).isEqualTo(EVENTS);
                assertThat(ledger.get("acked").asLong()).isEqualTo(2 * EVENTS);
                assertThat(ledger.get("unaccounted").asLong()).isZero();
                assertThat(agent.err().lines().filter(line -> line.contains("does not answer")))
                        .as("no storm, but a line a minute")
                        .hasSizeLessThan(4
                                + (int) Duration.ofNanos(System.nanoTime() - startNs)
                                        .toMinutes());
            }
            try (var agent = capture(broker, traffic, port)) {
                agent.awaitLine("does not answer", "the ids that it gave before are used meanwhile");
                traffic.send(EVENTS);
                agent.await("more of the next agent", () -> broker.size(TOPIC) == 3 * EVENTS);
                JsonNode ledger = agent.ledger();
                assertThat(ledger.get("acked").asLong()).isEqualTo(EVENTS);
                assertThat(ledger.get("replayed").asLong()).isZero();
            }
            assertThat(broker.read(TOPIC, new ByteArrayDeserializer()))
                    .allSatisfy(record -> assertThat(record.value()).startsWith(0, 0, 0, 0));

            damageTheIds();
            try (var agent = capture(broker, traffic, port)) {
                agent.awaitLine("schema-ids.json is damaged");
                agent.awaitLine("events wait in the spool");
                traffic.send(EVENTS);
                assertThat(agent.ledger().get("spooled").asLong()).isEqualTo(EVENTS);
            }
            replay(broker, port);
        }
    }

    /** The format is that of whoever sends: here of somebody without a registry. */
    private void replay(Broker broker, int port) throws Exception {
        try (var vain = AgentProcess.start(arguments(broker, "--registry", url(port)))) {
            assertThat(vain.exitCode()).isEqualTo(1);
            assertThat(vain.err()).contains("does not answer", "nothing was sent");
        }
        try (var replay = AgentProcess.start(arguments(broker))) {
            assertThat(replay.exitCode()).as(replay.err()).isZero();
        }
        var all = broker.read(TOPIC, new ByteArrayDeserializer());
        assertThat(all).hasSize(4 * EVENTS);
        assertThat(all.subList(3 * EVENTS, 4 * EVENTS))
                .allSatisfy(record -> assertThat(record.value()).startsWith(0xC3, 0x01));
    }

    private String[] arguments(Broker broker, String... more) {
        String[] base = "spool replay --bootstrap-servers %s --topic %s --spool-dir %s"
                .formatted(broker.bootstrapServers(), TOPIC, spool)
                .split(" ");
        return Stream.concat(Arrays.stream(base), Arrays.stream(more)).toArray(String[]::new);
    }

    private AgentProcess capture(Broker broker, LoopbackTraffic traffic, int port) throws Exception {
        return AgentProcess.capture(
                broker, TOPIC, traffic.inode(), "--spool-dir", spool.toString(), "--registry", url(port));
    }

    private static String url(int port) {
        return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
    }

    private void damageTheIds() throws Exception {
        Path file = spool.resolve("schema-ids.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\":(\\d+)}", "\":1$1}"));
    }
}
