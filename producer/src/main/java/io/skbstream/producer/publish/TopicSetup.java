package io.skbstream.producer.publish;

import io.skbstream.producer.AgentException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Makes sure that the topic is there before anything is captured.
 *
 * @param kafka the cluster
 * @param topic its name
 * @param partitions for a topic that has to be created; empty: the broker's default
 * @param replicationFactor likewise
 */
public record TopicSetup(
        KafkaSettings kafka, String topic, Optional<Integer> partitions, Optional<Short> replicationFactor) {

    /**
     * Looks the topic up, and creates it if it is missing and may be created.
     *
     * @return whether it was created
     * @throws AgentException if the cluster does not answer, or the topic is missing and may not be created
     */
    public boolean ensure() throws InterruptedException {
        try (Admin admin = kafka.admin()) {
            if (exists(admin)) {
                return false;
            }
            admin.createTopics(List.of(new NewTopic(topic, partitions, replicationFactor)))
                    .all()
                    .get();
            return true;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof TopicExistsException) { // another agent was quicker
                return false;
            }
            throw explain(failed.getCause());
        }
    }

    private boolean exists(Admin admin) throws InterruptedException, ExecutionException {
        try {
            admin.describeTopics(List.of(topic)).allTopicNames().get();
            return true;
        } catch (ExecutionException failed) {
            // Without the right to describe it, a topic looks the same whether it exists or not: try to create it.
            if (failed.getCause() instanceof UnknownTopicOrPartitionException
                    || failed.getCause() instanceof AuthorizationException) {
                return false;
            }
            throw failed;
        }
    }

    AgentException explain(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return new AgentException(
                    "no Kafka broker answers at " + kafka.bootstrapServers() + " within "
                            + KafkaSettings.FIRST_CONTACT_MS / 1000
                            + " s; nothing was captured, so no event is lost: start the broker, or correct --bootstrap-servers"
                            + " (or KAFKA_BOOTSTRAP_SERVERS)",
                    failure);
        }
        if (failure instanceof AuthorizationException) {
            return new AgentException(
                    "topic " + topic + " is not there for this client, and it may not create it ("
                            + failure.getMessage()
                            + "); nothing was captured; let someone who may run: kafka-topics.sh --bootstrap-server "
                            + kafka.bootstrapServers() + " --create --topic " + topic + " --partitions "
                            + partitions.orElse(1)
                            + replicationFactor
                                    .map(r -> " --replication-factor " + r)
                                    .orElse("")
                            + ", and allow this client Describe and Write on it",
                    failure);
        }
        return new AgentException(
                "topic " + topic + " cannot be used on " + kafka.bootstrapServers() + ": " + failure.getMessage()
                        + "; nothing was captured",
                failure);
    }
}
