package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.embeddedkafka.EmbeddedKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What an agent has left behind goes to Kafka without another agent. */
@LiveKernel
@ExtendWith(Broker.Resolver.class)
class SpoolReplayIT {

    private static final String NOBODY = "127.0.0.1:9";
    private static final String TOPIC = "spool-replay";
    private static final String LEDGERS = "spool-replay-ledgers";
    private static final int EVENTS = 5_000;

    @TempDir
    private Path spool;

    @Test
    void replaySendsEveryEventAndTheAccountAndTheAuditIsContent(Broker broker) throws Exception {
        try (var traffic = new LoopbackTraffic();
                var agent = AgentProcess.start(
                        "run",
                        "--bootstrap-servers",
                        NOBODY,
                        "--netns",
                        Long.toString(traffic.inode()),
                        "--spool-dir",
                        spool.toString())) {
            agent.awaitCapturing();
            assertThat(replay(NOBODY)).as("while an agent runs on the folder").isEqualTo(1);
            traffic.send(EVENTS);
            agent.awaitSpooled(spool, EVENTS);
            JsonNode ledger = agent.ledger();
            assertThat(ledger.get("spooled").asLong()).isEqualTo(EVENTS);
        }
        assertThat(replay(NOBODY)).as("while Kafka is away").isEqualTo(1);

        assertThat(replay(broker.bootstrapServers())).isZero();
        assertThat(broker.size(TOPIC)).isEqualTo(EVENTS);
        assertThat(replay(broker.bootstrapServers())).as("a second time").isZero();
        assertThat(broker.size(TOPIC)).isEqualTo(EVENTS);
        try (var audit = AgentProcess.start(
                "audit",
                "--bootstrap-servers",
                broker.bootstrapServers(),
                "--topic",
                TOPIC,
                "--ledger-topic",
                LEDGERS)) {
            assertThat(audit.exitCode()).as(audit.out() + audit.err()).isZero();
            assertThat(audit.out()).contains("COMPLETE");
        }
    }

    @Test
    void whatABrokerRefusesIsSaidAndNotThatNoneAnswers() throws Exception {
        try (var traffic = new LoopbackTraffic();
                var agent = AgentProcess.start(
                        "run",
                        "--bootstrap-servers",
                        NOBODY,
                        "--netns",
                        Long.toString(traffic.inode()),
                        "--spool-dir",
                        spool.toString())) {
            agent.awaitCapturing();
            traffic.send(1);
            agent.awaitSpooled(spool, 1);
            agent.ledger();
        }
        Map<String, String> withAcls =
                Map.of("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(withAcls);
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
                    .all()
                    .get();
            admin.createAcls(Set.of(new AclBinding(
                            new ResourcePattern(ResourceType.TOPIC, TOPIC, PatternType.LITERAL),
                            new AccessControlEntry("User:*", "*", AclOperation.WRITE, AclPermissionType.DENY))))
                    .all()
                    .get();
            try (var replay = start(kafka.bootstrapServers())) {
                replay.await("it says why", () -> replay.err().contains(" WARN "));
                replay.signal("TERM");
                assertThat(replay.exitCode()).isEqualTo(1);
                assertThat(replay.err()).contains("may not write to").doesNotContain("answers");
            }
        }
    }

    private int replay(String bootstrapServers) throws Exception {
        try (var replay = start(bootstrapServers)) {
            return replay.exitCode();
        }
    }

    private AgentProcess start(String bootstrapServers) throws Exception {
        return AgentProcess.start(
                "spool",
                "replay",
                "--bootstrap-servers",
                bootstrapServers,
                "--topic",
                TOPIC,
                "--partitions",
                "1",
                "--ledger-topic",
                LEDGERS,
                "--spool-dir",
                spool.toString());
    }
}
