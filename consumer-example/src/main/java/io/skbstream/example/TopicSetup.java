package io.skbstream.example;

import io.skbstream.clients.ProgramException;
import io.skbstream.clients.StopSignal;
import io.skbstream.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that all topics exist before the job starts, because Kafka Streams dies of a missing one. */
final class TopicSetup {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int REMIND_EVERY_S = 60;

    private final Admin admin;
    private final String servers;

    /** @param servers where {@code admin} finds Kafka, for the command that a person is told */
    TopicSetup(Admin admin, String servers) {
        this.admin = admin;
        this.servers = servers;
    }

    /** Describes topics without waiting; {@link #layout} makes something of the answer. */
    static Map<String, KafkaFuture<TopicDescription>> describe(Admin admin, String events, String ledgers) {
        return admin.describeTopics(List.of(events, ledgers)).topicNameValues();
    }

    /**
     * What the topics are like, by descriptions that have come; empty if one of them is not there.
     *
     * @throws ExecutionException if the broker did not answer, or does not describe a topic
     */
    static Optional<Layout> layout(
            Map<String, KafkaFuture<TopicDescription>> descriptions, String events, String ledgers)
            throws ExecutionException, InterruptedException {
        try {
            return Optional.of(new Layout(
                    topic(descriptions.get(events).get()),
                    topic(descriptions.get(ledgers).get())));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Layout.Topic topic(TopicDescription description) {
        return new Layout.Topic(description.topicId(), description.partitions().size());
    }

    /**
     * Waits until the topic of events is there, then creates what is missing of the others: that of the rows with as many
     * partitions, that of ledgers as the agent would, that of dead letters and that of {@link Generations} with one.
     *
     * @param stop ends the wait
     * @return whether all topics exist; false if stopped before
     * @throws ExecutionException if the broker cannot be reached, does not describe a topic, or has too few others for a new one
     * @throws ProgramException with the command to run, if a topic may not be created
     */
    boolean prepare(String events, String ledgers, String deadLetters, String generations, StopSignal stop)
            throws ExecutionException, InterruptedException {
        for (int second = 0; !stop.isRequested(); second++) {
            int partitions = partitionsOf(events);
            if (partitions > 0) {
                ensure(Topics.LOOPBACK_BY_HOST, partitions, Map.of());
                ensure(ledgers, 1, Map.of("cleanup.policy", "compact"));
                ensure(deadLetters, 1, Map.of());
                ensure(generations, 1, new TreeMap<>(Map.of("cleanup.policy", "delete", "retention.ms", "-1")));
                return true;
            }
            if (second % REMIND_EVERY_S == 0) {
                LOG.info(
                        "waiting for the topic {}: it does not exist yet; the agent creates it (skbstream run)",
                        events);
            }
            stop.await(LOOK_EVERY);
        }
        return false;
    }

    private void ensure(String topic, int partitions, Map<String, String> config)
            throws ExecutionException, InterruptedException {
        if (partitionsOf(topic) == 0) {
            create(topic, partitions, config);
        }
    }

    /** Returns 0 if there is no such topic. */
    private int partitionsOf(String topic) throws ExecutionException, InterruptedException {
        try {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return 0;
            }
            throw e;
        }
    }

    private void create(String topic, int partitions, Map<String, String> config)
            throws ExecutionException, InterruptedException {
        var brokersDefault = Optional.<Short>empty();
        var wanted = new NewTopic(topic, Optional.of(partitions), brokersDefault).configs(config);
        try {
            admin.createTopics(List.of(wanted)).all().get();
            LOG.info("created the topic {}, partitions: {}", topic, partitions);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InvalidReplicationFactorException) {
                throw e;
            }
            // Another instance may have been quicker.
            if (!(e.getCause() instanceof TopicExistsException)) {
                var options = new StringBuilder(" --partitions " + partitions + " --replication-factor 3");
                config.forEach((key, value) -> options.append(" --config " + key + '=' + value));
                throw new ProgramException(
                        "cannot create the topic %s: %s; let it be created with: kafka-topics.sh --bootstrap-server %s --create --topic %s%s"
                                .formatted(topic, e.getCause().getMessage(), servers, topic, options),
                        e);
            }
        }
    }
}
