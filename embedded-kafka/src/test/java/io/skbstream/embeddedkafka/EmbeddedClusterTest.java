package io.skbstream.embeddedkafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(900)
class EmbeddedClusterTest {
    private static final String TOPIC = "greetings";
    private static final String VOTERS = "1@127.0.0.1:2001,2@127.0.0.1:2002,3@127.0.0.1:2003";

    @Test
    void threeKeepATopicThreeTimesAndTakeRecordsWhileOneIsAway() throws Exception {
        Path folder;
        try (var cluster = EmbeddedCluster.start(3);
                var admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            folder = cluster.node(1).folder();
            Await.until(
                    "all are known", () -> admin.describeCluster().nodes().get().size() == 3);
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
                    .all()
                    .get();
            assertThat(partition(admin).replicas()).hasSize(3);
            produce(cluster);

            int leader = leaderOf(partition(admin));
            cluster.stopNode(leader);
            produce(cluster);
            Await.until("another one leads", () -> leaderOf(partition(admin)) != leader);

            cluster.startNode(leader);
            Await.until("it is in sync", () -> partition(admin).isr().size() == 3);
        }
        assertThat(Files.exists(folder)).isFalse();
    }

    @Test
    void theClustersIdFollowsFromItsVoters() {
        var one = Quorum.parse(1, 0, VOTERS);
        var three = Quorum.parse(3, 30_003, VOTERS);

        assertThat(one.controllerPort()).isEqualTo(2001);
        assertThat(three.controllerPort()).isEqualTo(30_003);
        assertThat(three.clusterId()).isEqualTo(one.clusterId());
        assertThat(Quorum.parse(1, 0, "1@127.0.0.1:2001").clusterId()).isNotEqualTo(one.clusterId());
    }

    @Test
    void aListThatIsNoneIsRefusedWithWhatItShouldBe() {
        assertThatThrownBy(() -> Quorum.parse(4, 0, VOTERS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("node 4 is not among the voters [1, 2, 3]");
        assertThatThrownBy(() -> Quorum.parse(1, 0, "127.0.0.1:2001"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("voters are ID@HOST:PORT, separated by commas, not '127.0.0.1:2001'");
    }

    private static int leaderOf(TopicPartitionInfo partition) {
        return partition.leader() == null ? -1 : partition.leader().id();
    }

    /** As one of the brokers knows it, once it does: each learns of a topic at a time of its own. */
    private static TopicPartitionInfo partition(Admin admin) throws Exception {
        var found = new AtomicReference<TopicPartitionInfo>();
        Await.until("a broker knows the topic", () -> {
            try {
                found.set(admin.describeTopics(List.of(TOPIC))
                        .allTopicNames()
                        .get()
                        .get(TOPIC)
                        .partitions()
                        .get(0));
                return true;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    return false;
                }
                throw e;
            }
        });
        return found.get();
    }

    private static void produce(EmbeddedCluster cluster) throws ExecutionException, InterruptedException {
        Map<String, Object> settings = Map.of("bootstrap.servers", cluster.bootstrapServers(), "acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, "host", "hello")).get();
        }
    }
}
