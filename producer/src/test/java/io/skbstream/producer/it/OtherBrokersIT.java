package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.embeddedkafka.OtherKafka;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Agent and audit work with brokers of other ages, and warn of nothing that is not so. */
@LiveKernel
class OtherBrokersIT {

    private static final int EVENTS = 1_000;

    @ParameterizedTest
    @ValueSource(strings = {"3.9.1", "2.8.2"})
    void anAgentMakesItsTopicsDeliversAndIsAuditedAsComplete(String version) throws Exception {
        try (OtherKafka kafka = OtherKafka.start(version);
                var traffic = new LoopbackTraffic();
                var agent = AgentProcess.start(
                                "run",
                                "--bootstrap-servers",
                                kafka.bootstrapServers(),
                                "--netns",
                                Long.toString(traffic.inode()),
                                "--shutdown-timeout",
                                "2m")
                        .awaitCapturing()) {
            traffic.send(EVENTS);
            JsonNode ledger = agent.ledger();

            assertThat(ledger.get("acked").asLong()).as(agent.err()).isEqualTo(EVENTS);
            assertThat(agent.err())
                    .contains("created topic skbstream.netif-receive", "created topic skbstream.ledger")
                    .contains("connected to Kafka at")
                    .doesNotContain(
                            "cannot be used", "no way into Kafka", "no Kafka broker", "Kafka does", "Kafka has");
            try (var audit = AgentProcess.start("audit", "--bootstrap-servers", kafka.bootstrapServers())) {
                assertThat(audit.exitCode()).as(audit.err()).isZero();
                assertThat(audit.out()).contains(": COMPLETE\n");
            }
        }
    }
}
