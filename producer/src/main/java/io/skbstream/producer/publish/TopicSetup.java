package io.skbstream.producer.publish;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * A topic that has to be there; a {@link ClusterVisit} makes sure of it.
 *
 * @param kafka the cluster
 * @param topic its name
 * @param partitions for a topic that has to be created; empty: the broker's default
 * @param replicationFactor likewise
 * @param config its own settings, likewise
 */
public record TopicSetup(
        KafkaSettings kafka,
        String topic,
        Optional<Integer> partitions,
        Optional<Short> replicationFactor,
        Map<String, String> config) {

    /**
     * A topic that is there.
     *
     * @param id Kafka's id of it: another one once it was deleted and made again; empty of a broker before 2.8, which has none
     * @param created whether it was missing, and was made by this
     */
    public record Topic(String id, boolean created) {}

    /** The topic of ledgers: small, and the last word of every session stays. */
    public TopicSetup forLedger(String ledgerTopic) {
        return new TopicSetup(
                kafka, ledgerTopic, Optional.of(1), replicationFactor, Map.of("cleanup.policy", "compact"));
    }

    /** Looks the topic up, and creates it if it is missing and may be created. */
    Topic ensure(Admin admin, ClientIdentity client) throws InterruptedException {
        try {
            Optional<String> found = find(admin);
            return found.isPresent() ? new Topic(found.get(), false) : create(admin);
        } catch (ExecutionException failed) {
            throw explain(failed.getCause(), client);
        }
    }

    private Optional<String> find(Admin admin) throws InterruptedException, ExecutionException {
        try {
            var described = admin.describeTopics(List.of(topic)).allTopicNames().get();
            return Optional.of(text(described.get(topic).topicId()));
        } catch (ExecutionException failed) {
            // Without the right to describe it, a topic looks the same whether it exists or not: try to create it.
            if (failed.getCause() instanceof UnknownTopicOrPartitionException
                    || failed.getCause() instanceof AuthorizationException) {
                return Optional.empty();
            }
            throw failed;
        }
    }

    private Topic create(Admin admin) throws InterruptedException, ExecutionException {
        NewTopic wanted = new NewTopic(topic, partitions, replicationFactor).configs(config);
        try {
            CreateTopicsResult created = admin.createTopics(List.of(wanted));
            created.all().get();
            return new Topic(idOf(created), true);
        } catch (ExecutionException failed) {
            if (failed.getCause()
                    instanceof TopicExistsException) { // another agent was quicker, or it may not be described
                return new Topic(find(admin).orElse(""), false);
            }
            throw failed;
        }
    }

    private String idOf(CreateTopicsResult created) throws InterruptedException {
        try {
            return text(created.topicId(topic).get());
        } catch (ExecutionException notTold) { // brokers before 2.4 do not describe what they have created
            return "";
        }
    }

    private static String text(Uuid id) {
        return Uuid.ZERO_UUID.equals(id) ? "" : id.toString();
    }

    KafkaAwayException explain(Throwable failure, ClientIdentity client) {
        if (!(failure instanceof AuthorizationException)) { // of that, more is known here
            Optional<String> known = kafka.explain(failure, client);
            if (known.isPresent()) {
                return new KafkaAwayException(kafka.bootstrapServers(), known.get(), failure);
            }
        }
        if (failure instanceof TimeoutException late) {
            return kafka.silence(late);
        }
        if (failure instanceof AuthorizationException) {
            return KafkaAwayException.ofTopic(
                    topic,
                    "topic " + topic + " is not there for this client, and it may not create it ("
                            + failure.getMessage()
                            + "); let someone who may run: kafka-topics.sh --bootstrap-server "
                            + kafka.bootstrapServers() + " --create --topic " + topic + " --partitions "
                            + partitions.orElse(1)
                            + replicationFactor
                                    .map(r -> " --replication-factor " + r)
                                    .orElse("")
                            + ", and allow this client Describe and Write on it: kafka-acls.sh --bootstrap-server "
                            + kafka.bootstrapServers() + " --add --allow-principal '"
                            + client.principal() + "' --operation Write --topic " + topic,
                    failure);
        }
        if (failure instanceof UnsupportedVersionException && (partitions.isEmpty() || replicationFactor.isEmpty())) {
            return KafkaAwayException.ofTopic(
                    topic,
                    "topic " + topic + " is not there, and brokers before 2.4 at " + kafka.bootstrapServers()
                            + " create none by their own defaults (" + failure.getMessage()
                            + "); give --partitions and --replication-factor, or create it before",
                    failure);
        }
        return KafkaAwayException.ofTopic(
                topic,
                "topic " + topic + " cannot be used on " + kafka.bootstrapServers() + ": " + failure.getMessage(),
                failure);
    }
}
