package io.skbstream.chaos.kafka;

import io.skbstream.chaos.process.ChaosException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;

/** What an operator of a cluster looks at, and does to it. */
public final class ClusterAdmin {

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final long LOOK_MS = 200;

    /** Records of the metadata log by which a controller may be behind: heartbeats go on all the time. */
    private static final long NOTHING_TO_SPEAK_OF = 20;

    private static final String RATE = "producer_byte_rate";

    private final AdminCalls calls;

    /** @param bootstrapServers the addresses of now: a broker may move */
    public ClusterAdmin(Supplier<String> bootstrapServers) {
        this.calls = new AdminCalls(bootstrapServers);
    }

    /** Makes a topic with as many replicas as the cluster's default says, unless it is there. */
    public void createTopic(String topic, int partitions, Map<String, String> config) throws InterruptedException {
        var wanted = new NewTopic(topic, Optional.of(partitions), Optional.empty()).configs(config);
        calls.call(
                "make topic " + topic,
                admin -> admin.createTopics(List.of(wanted)).all(),
                TopicExistsException.class::isInstance);
    }

    /** Deletes those of these topics that are there. */
    public void deleteTopics(Collection<String> topics) throws InterruptedException {
        calls.call(
                "delete topics " + topics,
                admin -> admin.deleteTopics(topics).all(),
                UnknownTopicOrPartitionException.class::isInstance);
    }

    /** The names of all topics. */
    public Set<String> topics() throws InterruptedException {
        return calls.call("list topics", admin -> admin.listTopics().names(), none -> false)
                .orElseThrow();
    }

    /** How many partitions a topic has. */
    public int partitions(String topic) throws InterruptedException {
        return describe(List.of(topic)).get(topic).partitions().size();
    }

    /** Waits until a partition has a leader, and returns that broker's id. */
    public int leader(TopicPartition partition) throws InterruptedException {
        await(partition + " has a leader", () -> leaderNow(partition).isPresent());
        return leaderNow(partition).orElseThrow();
    }

    private Optional<Integer> leaderNow(TopicPartition partition) throws InterruptedException {
        Node leader = describe(partition).leader();
        return leader == null || leader.isEmpty() ? Optional.empty() : Optional.of(leader.id());
    }

    /** Ids of the brokers that keep a partition, the preferred leader first. */
    public List<Integer> replicas(TopicPartition partition) throws InterruptedException {
        return describe(partition).replicas().stream().map(Node::id).toList();
    }

    private TopicPartitionInfo describe(TopicPartition partition) throws InterruptedException {
        return describe(List.of(partition.topic()))
                .get(partition.topic())
                .partitions()
                .get(partition.partition());
    }

    /** Waits until a partition has records. */
    public void awaitRecords(TopicPartition partition) throws InterruptedException {
        await(partition + " has records", () -> endOffset(partition) > 0);
    }

    private long endOffset(TopicPartition partition) throws InterruptedException {
        return calls.call(
                        "read the end of " + partition,
                        admin -> admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                                .partitionResult(partition),
                        none -> false)
                .orElseThrow()
                .offset();
    }

    private Map<String, TopicDescription> describe(Collection<String> topics) throws InterruptedException {
        return calls.call(
                        "describe topics",
                        admin -> admin.describeTopics(topics).allTopicNames(),
                        UnknownTopicOrPartitionException.class::isInstance)
                .orElse(Map.of());
    }

    /** The id of the active controller's node. */
    public int controller() throws InterruptedException {
        return quorum().leaderId();
    }

    private QuorumInfo quorum() throws InterruptedException {
        return calls.call(
                        "describe the quorum",
                        admin -> admin.describeMetadataQuorum().quorumInfo(),
                        none -> false)
                .orElseThrow();
    }

    /** Waits until every replica of every partition is in sync, and every controller has the whole metadata log. */
    public void awaitInSync() throws InterruptedException {
        await("every replica is in sync", () -> isInSync() && isQuorumComplete());
    }

    private boolean isInSync() throws InterruptedException {
        return describe(topics()).values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .allMatch(partition -> partition.leader() != null
                        && partition.isr().size() == partition.replicas().size());
    }

    private boolean isQuorumComplete() throws InterruptedException {
        var voters = quorum().voters();
        long end = voters.stream()
                .mapToLong(QuorumInfo.ReplicaState::logEndOffset)
                .max()
                .orElse(0);
        return voters.stream().allMatch(voter -> end - voter.logEndOffset() <= NOTHING_TO_SPEAK_OF);
    }

    /** Lets other brokers keep a partition, the first of them lead it, and waits until that is so. */
    public void reassign(TopicPartition partition, List<Integer> brokers) throws InterruptedException {
        var wanted = Optional.of(new NewPartitionReassignment(brokers));
        calls.call(
                "reassign " + partition,
                admin -> admin.alterPartitionReassignments(Map.of(partition, wanted))
                        .all(),
                none -> false);
        await(partition + " is on brokers " + brokers, () -> {
            var now = describe(partition);
            return now.isr().size() == brokers.size()
                    && now.replicas().stream().map(Node::id).toList().equals(brokers);
        });
        calls.call(
                "elect a leader of " + partition,
                admin -> admin.electLeaders(ElectionType.PREFERRED, Set.of(partition))
                        .all(),
                ElectionNotNeededException.class::isInstance);
        await("broker " + brokers.get(0) + " leads " + partition, () -> leaderNow(partition)
                .equals(Optional.of(brokers.get(0))));
    }

    /** Adds partitions to a topic, up to so many. */
    public void addPartitions(String topic, int partitions) throws InterruptedException {
        calls.call(
                "add partitions to " + topic,
                admin -> admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                        .all(),
                none -> false);
    }

    /** Throttles what a client produces; empty for no limit. */
    public void throttle(String clientId, Optional<Double> bytesPerSecond) throws InterruptedException {
        var client = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, clientId));
        var quota = new ClientQuotaAlteration(
                client, List.of(new ClientQuotaAlteration.Op(RATE, bytesPerSecond.orElse(null))));
        calls.call(
                "throttle " + clientId,
                admin -> admin.alterClientQuotas(List.of(quota)).all(),
                none -> false);
    }

    /** Changes a setting of one broker while it runs. */
    public void set(int broker, String key, String value) throws InterruptedException {
        var resource = new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(broker));
        var change = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
        calls.call(
                "set " + key + " of broker " + broker,
                admin -> admin.incrementalAlterConfigs(Map.of(resource, List.of(change)))
                        .all(),
                none -> false);
    }

    private interface Look {
        boolean isGood() throws InterruptedException;
    }

    private static void await(String what, Look look) throws InterruptedException {
        long endNs = System.nanoTime() + LIMIT.toNanos();
        while (!look.isGood()) {
            if (System.nanoTime() - endNs > 0) {
                throw new ChaosException("within " + LIMIT.toSeconds() + " s it does not come about that " + what);
            }
            Thread.sleep(LOOK_MS);
        }
    }
}
