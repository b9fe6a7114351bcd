package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.embeddedkafka.BrokerSettings;
import io.skbstream.embeddedkafka.EmbeddedKafka;
import io.skbstream.embeddedkafka.FreePorts;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.Topics;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that is away costs no event: they wait on disk, and whoever runs next delivers them. */
@LiveKernel
class BrokerAwayIT {

    private static final int BEFORE = 1_000;
    private static final int DURING = 50_000;
    private static final String TOPIC = "broker-away";

    @TempDir
    private Path spool;

    @Test
    void eventsOfAnOutageOutliveTheAgentAndTheNextOneDeliversThem() throws Exception {
        try (var traffic = new LoopbackTraffic()) {
            JsonNode first;
            try (var broker = new Broker(EmbeddedKafka.start());
                    var agent = capture(broker.bootstrapServers(), traffic)) {
                traffic.send(BEFORE);
                agent.await("the first events in Kafka", () -> broker.size(TOPIC) == BEFORE);
                broker.kafka().close();
                traffic.send(DURING);
                first = agent.ledger();
            }
            assertThat(first.get("captured").asLong()).isEqualTo(BEFORE + DURING);
            long acked = first.get("acked").asLong();
            long spooled = first.get("spooled").asLong();
            assertThat(acked).as("acknowledgements may be lost with the broker").isBetween(0L, (long) BEFORE);
            assertThat(spooled).isEqualTo(BEFORE + DURING - acked);
            assertThat(first.get("unaccounted").asLong()).isZero();

            try (var broker = new Broker(EmbeddedKafka.start());
                    var agent = capture(broker.bootstrapServers(), traffic)) {
                agent.await("the spool to be replayed", () -> broker.size(TOPIC) == spooled);
                JsonNode second = agent.ledger();

                assertThat(second.get("captured").asLong()).isZero();
                assertThat(second.get("unaccounted").asLong()).isZero();
                assertThat(broker.events(TOPIC)).hasSize((int) spooled).allSatisfy(event -> assertThat(
                                event.getSession())
                        .isEqualTo(first.get("session").asLong()));
                AgentLedger account = lastLedger(broker, first.get("session").asLong());
                assertThat(account.getState()).isEqualTo(SessionState.STOPPED);
                assertThat(account.getAcked()).isEqualTo(BEFORE + DURING);
                assertThat(account.getReplayed()).isEqualTo(spooled);
                assertThat(account.getSpooled()).isZero();
            }
        }
    }

    @Test
    void anAgentThatBeginsWhileKafkaIsAwayDeliversOnceItIsThere() throws Exception {
        int port = FreePorts.next();
        try (var traffic = new LoopbackTraffic();
                var agent = capture("127.0.0.1:" + port, traffic)) {
            traffic.send(BEFORE);
            agent.awaitSpooled(spool, BEFORE);
            try (var broker =
                    new Broker(EmbeddedKafka.start(BrokerSettings.defaults().withPort(port)))) {
                agent.await("the events in Kafka", () -> broker.has(TOPIC) && broker.size(TOPIC) == BEFORE);
                JsonNode ledger = agent.ledger();

                assertThat(ledger.get("acked").asLong()).isEqualTo(BEFORE);
                assertThat(ledger.get("replayed").asLong()).isEqualTo(BEFORE);
                assertThat(ledger.get("unaccounted").asLong()).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatComesBeforeKafkaOrTheRegistryHasAnsweredIsCaptured(boolean registry) throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                var traffic = new LoopbackTraffic();
                var agent = capture(
                        "127.0.0.1:" + (registry ? 9 : silent.getLocalPort()),
                        traffic,
                        registry
                                ? new String[] {"--registry", "http://127.0.0.1:" + silent.getLocalPort()}
                                : new String[0]);
                var asked = silent.accept()) {
            traffic.send(BEFORE); // while the agent waits for an answer
            assertThat(agent.err()).doesNotContain("answer");
            JsonNode ledger = agent.ledger();

            assertThat(asked.isConnected()).isTrue();
            assertThat(ledger.get("hits").asLong()).isGreaterThanOrEqualTo(BEFORE);
            assertThat(ledger.get("spooled").asLong()).isEqualTo(BEFORE);
            assertThat(ledger.get("unaccounted").asLong()).isZero();
        }
    }

    @Test
    void aSecondAgentOnTheSameSpoolIsRefused() throws Exception {
        try (var traffic = new LoopbackTraffic();
                var agent = capture("127.0.0.1:9", traffic);
                var other = AgentProcess.start(
                        "run", "--bootstrap-servers", "127.0.0.1:9", "--spool-dir", spool.toString())) {
            assertThat(other.exitCode()).isEqualTo(1);
            assertThat(other.err()).contains(spool.toString(), "--spool-dir");
            agent.ledger();
        }
    }

    private AgentProcess capture(String bootstrapServers, LoopbackTraffic traffic, String... more) throws Exception {
        String base =
                "run --bootstrap-servers %s --topic %s --partitions 1 --netns %s --spool-dir %s --shutdown-timeout 2m"
                        .formatted(bootstrapServers, TOPIC, traffic.inode(), spool);
        return AgentProcess.start(Stream.concat(Stream.of(base.split(" ")), Stream.of(more))
                        .toArray(String[]::new))
                .awaitCapturing();
    }

    private static AgentLedger lastLedger(Broker broker, long session) {
        List<AgentLedger> all = broker.read(Topics.LEDGER, new AvroDeserializer<>(AgentLedger.class)).stream()
                .map(record -> record.value())
                .filter(ledger -> ledger.getSession() == session)
                .toList();
        assertThat(all).as("ledgers of session " + session).isNotEmpty();
        return all.get(all.size() - 1);
    }
}
