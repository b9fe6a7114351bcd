package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.embeddedkafka.BrokerSettings;
import io.skbstream.embeddedkafka.EmbeddedKafka;
import io.skbstream.embeddedkafka.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A broker that answers and advertises an address that does not is told by that address. */
class AdvertisedListenerIT {

    private static final String NO_NAME = "kafka-0.nosuch.invalid:9092";

    @Test
    void theAdvertisedAddressIsNamedByEveryCommand() throws Exception {
        int port = FreePorts.next();
        try (EmbeddedKafka broker = EmbeddedKafka.start(BrokerSettings.defaults()
                .withPort(port)
                .withOverrides(Map.of("advertised.listeners", "PLAINTEXT://" + NO_NAME)))) {
            String servers = broker.bootstrapServers();
            String told =
                    "no way into Kafka at %s: %s answers, but its cluster advertises broker 1 at %s, a name without an address"
                            .formatted(servers, servers, NO_NAME);
            try (var audit = AgentProcess.start("audit", "--bootstrap-servers", servers);
                    var doctor = AgentProcess.start("doctor", "--bootstrap-servers", servers)) {
                assertThat(audit.exitCode()).isEqualTo(1);
                assertThat(audit.err()).contains(told).doesNotContain("no Kafka broker answers");
                assertThat(Files.readString(Path.of("../docs/security.md")))
                        .contains(told.replace(servers, "127.0.0.1:9092"));
                doctor.exitCode();
                assertThat(doctor.out()).contains(told).doesNotContain("no Kafka broker answers");
            }
        }
    }

    @Test
    void soIsAnAddressWhereNothingListens() throws Exception {
        try (EmbeddedKafka broker = EmbeddedKafka.start(
                BrokerSettings.defaults().withOverrides(Map.of("advertised.listeners", "PLAINTEXT://127.0.0.1:1")))) {
            String servers = broker.bootstrapServers();
            try (var audit = AgentProcess.start("audit", "--bootstrap-servers", servers)) {
                assertThat(audit.exitCode()).isEqualTo(1);
                assertThat(audit.err())
                        .contains(
                                servers
                                        + " answers, but its cluster advertises broker 1 at 127.0.0.1:1, where nothing answers");
            }
        }
    }
}
