package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the broker refuses for good is lost with a reason, kept on disk, and in nobody's way. */
@LiveKernel
@ExtendWith(Broker.Resolver.class)
class RefusedRecordIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String TOPIC = "refused-records";
    private static final String SMALLER_THAN_A_RECORD = "100";
    private static final String LARGE = "1000000";
    private static final int REFUSED = 700;
    private static final int TAKEN = 900;

    @Test
    void refusedEventsAreCountedByReasonAndKeptAndTheNextOnesArrive(Broker broker, @TempDir Path spool)
            throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            NewTopic topic = new NewTopic(TOPIC, Optional.of(1), Optional.empty());
            admin.createTopics(List.of(topic.configs(Map.of("max.message.bytes", SMALLER_THAN_A_RECORD))))
                    .all()
                    .get();
            try (var traffic = new LoopbackTraffic();
                    var agent = AgentProcess.capture(broker, TOPIC, traffic.inode(), "--spool-dir", spool.toString())) {
                traffic.send(REFUSED);
                agent.await(SOON, "a line on the refusal", () -> agent.err().contains("refuses events for good"));
                allow(admin, LARGE);
                traffic.send(TAKEN);
                agent.await(SOON, "the next events in Kafka", () -> broker.size(TOPIC) >= TAKEN);
                agent.signal("TERM");

                assertThat(agent.exitCode()).as("events are lost").isEqualTo(1);
                JsonNode ledger = agent.lastLedger();
                long rejected = ledger.get("rejected").asLong();
                assertThat(rejected).isBetween(1L, (long) REFUSED);
                assertThat(ledger.get("rejected_by")
                                .get("RecordTooLargeException")
                                .asLong())
                        .isEqualTo(rejected);
                assertThat(ledger.get("acked").asLong()).isEqualTo(REFUSED + TAKEN - rejected);
                assertThat(ledger.get("unaccounted").asLong()).isZero();
                assertThat(broker.size(TOPIC)).isEqualTo(REFUSED + TAKEN - rejected);
                assertThat(keptIn(spool)).isEqualTo(rejected);
            }
        }
    }

    private static long keptIn(Path spool) throws Exception {
        try (var cat = AgentProcess.start("spool", "cat", "--rejected", "--spool-dir", spool.toString())) {
            assertThat(cat.exitCode()).as(cat.err()).isZero();
            return cat.out().lines().count();
        }
    }

    private static void allow(Admin admin, String bytes) throws Exception {
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, TOPIC),
                        List.of(new AlterConfigOp(new ConfigEntry("max.message.bytes", bytes), OpType.SET))))
                .all()
                .get();
    }
}
