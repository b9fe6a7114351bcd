package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.junit.jupiter.api.Test;

/** A broker that hangs or throttles fails no batch for long, and is told all the same. */
@LiveKernel
class HungBrokerIT {

    private static final Path BROKER =
            Path.of("../embedded-kafka/target/embedded-kafka.jar").toAbsolutePath();
    private static final String CLIENT_ID = "skbstream-hung";

    @Test
    void aStoppedBrokerAndAQuotaAreToldAndSoIsTheirEnd() throws Exception {
        try (var broker = AgentProcess.start(List.of(AgentProcess.java(), "-jar", BROKER.toString()))) {
            broker.await("the broker", () -> broker.out().contains("bootstrap.servers="));
            String servers = broker.out().strip().replaceFirst("(?s).*bootstrap.servers=", "");
            try (var traffic = new LoopbackTraffic();
                    var agent = AgentProcess.start(
                                    "run",
                                    "--bootstrap-servers",
                                    servers,
                                    "--partitions",
                                    "1",
                                    "--host",
                                    "hung",
                                    "--netns",
                                    Long.toString(traffic.inode()),
                                    "--shutdown-timeout",
                                    "2m")
                            .awaitCapturing()) {
                agent.awaitLine("connected to Kafka");
                traffic.send(100);
                broker.halt();
                traffic.send(100);
                agent.await("a line on the silence", () -> agent.err()
                        .contains("WARN  Kafka has acknowledged nothing for "));
                broker.signal("CONT");
                agent.await(
                        "the end of the silence", () -> agent.err().contains("INFO  Kafka acknowledges again, after "));

                throttle(servers, 1_000.0);
                traffic.send(2_000);
                agent.await("a line on the quota", () -> agent.err().contains("WARN  Kafka throttles this agent: "));
                throttle(servers, null);
                JsonNode ledger = agent.ledger();
                assertThat(ledger.get("unaccounted").asLong()).isZero();
            }
        }
    }

    private static void throttle(String servers, Double bytesPerSecond) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                            new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, CLIENT_ID)),
                            List.of(new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond)))))
                    .all()
                    .get();
        }
    }
}
