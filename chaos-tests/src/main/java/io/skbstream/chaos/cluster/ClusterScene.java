package io.skbstream.chaos.cluster;

import io.skbstream.chaos.kafka.ClusterAdmin;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;

/** All that faults can be done to in one schedule, and what a fault has to remember until its end. Used by one thread. */
final class ClusterScene {

    /** Does something that may fail in any way. */
    interface Step {
        void run() throws Exception;
    }

    private final Cluster cluster;
    private final ClusterAdmin admin;
    private final String topic;
    private final String host;
    private final String agentsClientId;
    private final Step startSecondAgent;
    private final Random random;
    private ClusterNode victim;

    /**
     * @param topic of the events
     * @param host the agents' host name, the key of all events
     * @param agentsClientId by which Kafka knows the agent
     * @param startSecondAgent starts an agent under the first one's host name
     * @param random for what a fault chooses
     */
    ClusterScene(
            Cluster cluster,
            ClusterAdmin admin,
            String topic,
            String host,
            String agentsClientId,
            Step startSecondAgent,
            Random random) {
        this.cluster = cluster;
        this.admin = admin;
        this.topic = topic;
        this.host = host;
        this.agentsClientId = agentsClientId;
        this.startSecondAgent = startSecondAgent;
        this.random = random;
    }

    Cluster cluster() {
        return cluster;
    }

    ClusterAdmin admin() {
        return admin;
    }

    String topic() {
        return topic;
    }

    String agentsClientId() {
        return agentsClientId;
    }

    void startSecondAgent() throws Exception {
        startSecondAgent.run();
    }

    Random random() {
        return random;
    }

    /** Where the events go now, once agents know how many partitions there are. */
    TopicPartition partition() throws InterruptedException {
        return new TopicPartition(topic, ClusterSchedule.partitionOf(host, admin.partitions(topic)));
    }

    /** Chooses the leader of the partition that the events go to. */
    ClusterNode takeLeader() throws InterruptedException {
        victim = cluster.node(admin.leader(partition()));
        return victim;
    }

    /** Chooses the active controller. */
    ClusterNode takeController() throws InterruptedException {
        victim = cluster.node(admin.controller());
        return victim;
    }

    /** The node that was chosen. */
    ClusterNode victim() {
        return victim;
    }
}
