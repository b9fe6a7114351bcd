package io.skbstream.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.MetadataResponse;
import org.junit.jupiter.api.Test;

/** What is said of a cluster; that it is asked is proven against brokers. */
class AdvertisedBrokersTest {
    private static final Node ONE = new Node(1, "127.0.0.1", 9091);
    private static final Node TWO = new Node(2, "127.0.0.1", 9092);
    private static final int NOBODY = -1;
    private static final Path DOCS = Path.of("../docs/security.md");

    @Test
    void theLeaderThatDoesNotAnswerIsNamedBeforeAnyOtherBroker() {
        Optional<String> said = said(cluster(List.of(ONE, TWO), partition(0, 2, 1, 2)), broker -> false);

        assertThat(said)
                .contains(
                        "127.0.0.1:9090 answers, but its cluster advertises broker 2, the leader of partition 0 of topic t,"
                                + " at 127.0.0.1:9092, where nothing answers this host; correct that broker's advertised.listeners,"
                                + " or start the broker, or open the way to it");
        assertThat(DOCS).content().contains(general(said));
    }

    @Test
    void aPartitionWithoutALeaderIsNamedWithTheBrokersThatHaveIt() {
        Optional<String> said = said(cluster(List.of(ONE), partition(0, NOBODY, 2, 3)), broker -> true);

        assertThat(said)
                .contains(
                        "127.0.0.1:9090 answers, but partition 0 of topic t has no leader: it is on brokers that are away:"
                                + " 2, 3; start them");
        assertThat(DOCS).content().contains(general(said));
    }

    @Test
    void replicasThatAreAwayAreNamedWhereTheLeaderAnswers() {
        assertThat(said(cluster(List.of(ONE), partition(0, 1, 1, 2)), broker -> true))
                .contains(
                        "127.0.0.1:9090 answers, but partition 0 of topic t lacks its replicas on brokers that are away: 2;"
                                + " start them, if it has fewer in sync than its min.insync.replicas");
    }

    @Test
    void brokersThatAllAnswerAreNotSaidToBeAway() {
        assertThat(said(cluster(List.of(ONE, TWO), partition(0, 1, 1, 2)), broker -> true))
                .contains(
                        "127.0.0.1:9090 answers, and so does every broker that it names, but not in time (expired); see to"
                                + " their load and their logs");
    }

    @Test
    void aServerThatTakesConnectionsAndSaysNothingDoesNotAnswer() throws Exception {
        try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(AdvertisedBrokers.obstacle(
                            Map.of("bootstrap.servers", "127.0.0.1:" + silent.getLocalPort()), "t", "expired"))
                    .isEmpty();
        }
    }

    private static Optional<String> said(MetadataResponse cluster, Predicate<Node> answers) {
        var config = new AdminClientConfig(Map.of("bootstrap.servers", "127.0.0.1:9090"));
        return new AdvertisedBrokers(config, "t").obstacle("127.0.0.1:9090", cluster, "expired", answers);
    }

    /** As the documentation names brokers and topic. */
    private static String general(Optional<String> said) {
        return said.orElseThrow()
                .replace("127.0.0.1:9090", "kafka-1:9092")
                .replace("127.0.0.1:9092", "kafka-2:9092")
                .replace("topic t", "topic skbstream.netif-receive");
    }

    private static MetadataResponse cluster(List<Node> brokers, MetadataResponsePartition partition) {
        var topic = new MetadataResponseTopic().setName("t").setPartitions(List.of(partition));
        return MetadataResponse.prepareResponse(
                ApiKeys.METADATA.latestVersion(), 0, brokers, "cluster", 1, List.of(topic), 0);
    }

    private static MetadataResponsePartition partition(int number, int leader, Integer... replicas) {
        return new MetadataResponsePartition()
                .setPartitionIndex(number)
                .setLeaderId(leader)
                .setReplicaNodes(List.of(replicas))
                .setIsrNodes(List.of(replicas));
    }
}
