package io.skbstream.example;

import io.skbstream.schemas.Topics;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that both topics exist before the job starts, because Kafka Streams dies of a missing one. */
final class TopicSetup {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);
    private static final int REMIND_EVERY_S = 60;

    private TopicSetup() {}

    /**
     * Waits until the input topic is there, then creates the output topic with as many partitions if it is missing.
     *
     * @param stop ends the wait when it reaches 0
     * @return whether both topics exist; false if stopped before
     * @throws ExecutionException if the broker cannot be reached, or does not describe a topic
     * @throws IllegalStateException with the command to run, if the output topic may not be created
     */
    static boolean prepare(Admin admin, String input, CountDownLatch stop)
            throws ExecutionException, InterruptedException {
        for (int second = 0; stop.getCount() > 0; second++) {
            int partitions = partitionsOf(admin, input);
            if (partitions > 0) {
                if (partitionsOf(admin, Topics.LOOPBACK_BY_HOST) == 0) {
                    create(admin, Topics.LOOPBACK_BY_HOST, partitions);
                }
                return true;
            }
            if (second % REMIND_EVERY_S == 0) {
                LOG.info(
                        "waiting for the topic {}: it does not exist yet; the agent creates it (skbstream run)", input);
            }
            stop.await(1, TimeUnit.SECONDS);
        }
        return false;
    }

    /** Returns 0 if there is no such topic. */
    private static int partitionsOf(Admin admin, String topic) throws ExecutionException, InterruptedException {
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

    private static void create(Admin admin, String topic, int partitions) throws InterruptedException {
        try {
            var brokersDefault = Optional.<Short>empty();
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), brokersDefault)))
                    .all()
                    .get();
            LOG.info("created the topic {} with {} partitions", topic, partitions);
        } catch (ExecutionException e) {
            // Another instance may have been quicker.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(
                        "cannot create the topic %s: %s; let it be created with: kafka-topics.sh --create --topic %s --partitions %d"
                                .formatted(topic, e.getCause().getMessage(), topic, partitions),
                        e);
            }
        }
    }
}
