package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.clients.AdvertisedBrokers;
import io.skbstream.embeddedkafka.EmbeddedCluster;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

/** Three brokers, one after the other restarted, as every cluster is. */
@LiveKernel
class ClusterIT {

    private static final int NODES = 3;
    private static final int BEFORE_EACH = 2_000;
    private static final String TOPIC = "rolling";
    private static final String LEDGERS = "rolling.ledger";

    @Test
    void aRollingRestartCostsNothing() throws Exception {
        try (var cluster = EmbeddedCluster.start(NODES);
                var traffic = new LoopbackTraffic()) {
            create(cluster);
            try (var agent = AgentProcess.start(
                            "run",
                            "--bootstrap-servers",
                            cluster.bootstrapServers(),
                            "--topic",
                            TOPIC,
                            "--ledger-topic",
                            LEDGERS,
                            "--host",
                            AgentProcess.HOST,
                            "--netns",
                            Long.toString(traffic.inode()),
                            "--shutdown-timeout",
                            "2m")
                    .awaitCapturing()) {
                for (int node = 1; node <= NODES; node++) {
                    awaitInSync(agent, cluster);
                    traffic.send(BEFORE_EACH);
                    cluster.stopNode(node);
                    traffic.send(BEFORE_EACH);
                    cluster.startNode(node);
                }
                long sent = 2L * NODES * BEFORE_EACH;
                var broker = new Broker(cluster.node(1));
                agent.await("the events in Kafka", () -> broker.size(TOPIC) >= sent);
                JsonNode ledger = agent.ledger();

                assertThat(ledger.get("captured").asLong()).isEqualTo(sent);
                assertThat(ledger.get("acked").asLong()).isEqualTo(sent);
                assertThat(ledger.get("unaccounted").asLong()).isZero();
                if (ledger.get("replayed").asLong() == 0) {
                    assertThat(broker.events(TOPIC)).hasSize((int) sent);
                }
            }
            isComplete(cluster);
            aPartitionWhoseOnlyBrokerIsAwayIsNamed(cluster);
        }
    }

    private static void aPartitionWhoseOnlyBrokerIsAwayIsNamed(EmbeddedCluster cluster) throws Exception {
        String alone = "alone";
        Map<String, Object> client = Map.of("bootstrap.servers", cluster.bootstrapServers());
        try (Admin admin = admin(cluster)) {
            admin.createTopics(List.of(new NewTopic(alone, Map.of(0, List.of(NODES)))))
                    .all()
                    .get();
        }
        awaitTold(client, alone, " answers, and so does every broker that it names");
        cluster.stopNode(NODES);
        awaitTold(
                client,
                alone,
                " answers, but partition 0 of topic alone has no leader: it is on brokers that are away: 3;");
    }

    /** Each broker learns of a change at a time of its own. */
    private static void awaitTold(Map<String, Object> client, String topic, String words) throws InterruptedException {
        long endNs = System.nanoTime() + AgentProcess.PATIENCE.toNanos();
        String told;
        do {
            told = AdvertisedBrokers.obstacle(client, topic, "expired").orElse("");
            Thread.sleep(100);
        } while (!told.contains(words) && System.nanoTime() - endNs < 0);
        assertThat(told).contains(words);
    }

    private static void create(EmbeddedCluster cluster) throws Exception {
        var brokersDefault = Optional.<Short>empty();
        try (Admin admin = admin(cluster)) {
            admin.createTopics(List.of(
                            new NewTopic(TOPIC, Optional.of(1), brokersDefault),
                            new NewTopic(LEDGERS, Optional.of(1), brokersDefault)))
                    .all()
                    .get();
            assertThat(partition(admin).replicas()).hasSize(NODES);
        }
    }

    /** As an operator waits before the next restart. */
    private static void awaitInSync(AgentProcess agent, EmbeddedCluster cluster) throws InterruptedException {
        try (Admin admin = admin(cluster)) {
            agent.await("every replica is in sync", () -> partition(admin).isr().size() == NODES);
        }
    }

    private static TopicPartitionInfo partition(Admin admin) {
        long endNs = System.nanoTime() + AgentProcess.PATIENCE.toNanos();
        while (true) {
            try {
                return admin.describeTopics(List.of(TOPIC))
                        .allTopicNames()
                        .get(AgentProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .get(TOPIC)
                        .partitions()
                        .get(0);
            } catch (Exception e) {
                // A broker that was asked may not know the topic yet.
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() - endNs > 0) {
                    throw new AssertionError("cannot describe " + TOPIC, e);
                }
            }
        }
    }

    private static Admin admin(EmbeddedCluster cluster) {
        return Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
    }

    private static void isComplete(EmbeddedCluster cluster) throws Exception {
        try (var audit = AgentProcess.start(
                "audit",
                "--bootstrap-servers",
                cluster.bootstrapServers(),
                "--topic",
                TOPIC,
                "--ledger-topic",
                LEDGERS)) {
            assertThat(audit.exitCode()).as(audit.err()).isZero();
            assertThat(audit.out()).endsWith(": COMPLETE\n");
        }
    }
}
