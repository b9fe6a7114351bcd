package io.skbstream.producer.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeMetadataQuorumResult;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;

/** Some questions to a cluster, over one connection. Owns the client; one thread. Each question waits ten seconds at most. */
public final class ClusterVisit implements AutoCloseable {

    private final KafkaSettings kafka;
    private final ClientIdentity identity;
    private final Admin admin;

    /** @throws io.skbstream.producer.AgentException if a client setting is not valid */
    public ClusterVisit(KafkaSettings kafka) {
        this.kafka = kafka;
        this.identity = kafka.identity(); // as the client has it, even if its files change meanwhile
        this.admin = kafka.admin();
    }

    /**
     * Looks a topic up, and creates it if it is missing and may be created.
     *
     * @throws KafkaAwayException if the cluster does not answer, or the topic is missing and may not be created
     */
    public TopicSetup.Topic ensure(TopicSetup topic) throws InterruptedException {
        return topic.ensure(admin, identity);
    }

    /**
     * Where the cluster says that its brokers listen, and its controllers, which brokers talk to all the time, if this
     * client may know: {@code host:port} each.
     *
     * @throws KafkaAwayException if the cluster does not answer
     */
    public List<String> advertised() throws InterruptedException {
        try {
            List<String> addresses = new ArrayList<>();
            DescribeMetadataQuorumResult quorum = admin.describeMetadataQuorum();
            admin.describeCluster().nodes().get().forEach(node -> addresses.add(address(node.host(), node.port())));
            addresses.addAll(controllers(quorum));
            return addresses;
        } catch (ExecutionException failed) {
            throw explain(failed.getCause());
        }
    }

    /** Whether Kafka deletes all but the last record of each key of a topic; false if this client may not know. */
    public boolean isCompacted(String topic) throws InterruptedException {
        return isCompacted(admin, topic);
    }

    /** The same by a client of one's own. */
    public static boolean isCompacted(Admin admin, String topic) throws InterruptedException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            return admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get(TopicConfig.CLEANUP_POLICY_CONFIG)
                    .value()
                    .contains(TopicConfig.CLEANUP_POLICY_COMPACT); // also "compact,delete"
        } catch (ExecutionException notTold) { // not permitted: it is a refinement
            return false;
        }
    }

    /** Does not wait for what was given up. */
    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }

    private static List<String> controllers(DescribeMetadataQuorumResult quorum) throws InterruptedException {
        try {
            return quorum.quorumInfo().get().nodes().values().stream()
                    .map(QuorumInfo.Node::endpoints)
                    .flatMap(List::stream)
                    .map(endpoint -> address(endpoint.host(), endpoint.port()))
                    .toList();
        } catch (ExecutionException notTold) { // not permitted, or not known to this broker: it is a refinement
            return List.of();
        }
    }

    private KafkaAwayException explain(Throwable failure) {
        Optional<String> known = kafka.explain(failure, identity);
        if (known.isPresent()) {
            return new KafkaAwayException(kafka.bootstrapServers(), known.get(), failure);
        }
        if (failure instanceof TimeoutException late) {
            return kafka.silence(late);
        }
        return new KafkaAwayException(
                "Kafka at " + kafka.bootstrapServers() + " does not tell its brokers: " + failure.getMessage(),
                failure);
    }

    private static String address(String host, int port) {
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }
}
