package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What spoils the stream although nothing fails is told by the agent, and by the audit. */
@LiveKernel
@ExtendWith(Broker.Resolver.class)
class SpoiledStreamIT {

    private static final String TOPIC = "spoiled-stream";
    private static final String LEDGERS = TOPIC + ".ledger";

    @Test
    void aCompactedTopicAndTwoAgentsUnderOneNameAreTold(Broker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            NewTopic compacted = new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("cleanup.policy", "compact"));
            admin.createTopics(List.of(compacted)).all().get();
        }
        try (var traffic = new LoopbackTraffic();
                var first = AgentProcess.capture(broker, TOPIC, traffic.inode(), "--ledger-topic", LEDGERS);
                var second = AgentProcess.capture(broker, TOPIC, traffic.inode(), "--ledger-topic", LEDGERS)) {
            traffic.send(10);
            first.await("a line on the compaction", () -> first.err()
                    .contains("WARN  topic " + TOPIC + " is compacted (cleanup.policy=compact)"));
            second.await("a line on the other agent", () -> second.err()
                    .contains("WARN  another agent runs under the host name " + AgentProcess.HOST + ": session "));
            first.ledger();
            second.ledger();
        }
        try (var audit = AgentProcess.start(
                "audit",
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--topic",
                TOPIC,
                "--ledger-topic",
                LEDGERS)) {
            audit.exitCode();
            assertThat(audit.out())
                    .contains("note: another agent ran as host " + AgentProcess.HOST + " at the same time");
        }
    }
}
