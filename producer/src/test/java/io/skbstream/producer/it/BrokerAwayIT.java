package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.embeddedkafka.EmbeddedKafka;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A broker that goes away in mid-run costs events, never the account of them. */
@LiveKernel
class BrokerAwayIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int DATAGRAMS = 50_000;

    @Test
    void whatCouldNotBeDeliveredIsCountedAndTheEndIsBounded() throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.start();
        try (var traffic = new LoopbackTraffic();
                var agent = AgentProcess.start(
                        "run",
                        "--bootstrap-servers",
                        kafka.bootstrapServers(),
                        "--netns",
                        Long.toString(traffic.inode()),
                        "--shutdown-timeout",
                        "3s")) {
            agent.awaitCapturing();
            kafka.close();
            traffic.send(DATAGRAMS);
            long stopNs = System.nanoTime();
            agent.signal("TERM");

            assertThat(agent.exitCode()).as(agent.err()).isEqualTo(1);
            assertThat(Duration.ofNanos(System.nanoTime() - stopNs)).isLessThan(SOON);
            JsonNode ledger = agent.lastLedger();
            assertThat(ledger.get("undelivered").asLong()).isEqualTo(DATAGRAMS);
            assertThat(ledger.get("acked").asLong()).isZero();
            assertThat(ledger.get("in_flight").asLong()).isZero();
            assertThat(ledger.get("unaccounted").asLong()).isZero();
            assertThat(agent.err())
                    .contains("Kafka did not take " + DATAGRAMS + " of " + DATAGRAMS + " captured events");
        } finally {
            kafka.close();
        }
    }
}
