package io.skbstream.example;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Watches the topics under one run of the job: whether they are still as they were, and whether everything is read that had to be
 * when its {@link Generation} began. Kafka Streams notices neither in time: added partitions after 5 minutes, a topic that was made
 * anew perhaps never.
 */
final class TopicWatch implements Coverage {
    private final Admin admin;
    private final String events;
    private final String ledgers;
    private final Layout layout;
    private final Generation generation;
    private final String applicationId;
    private Map<String, KafkaFuture<TopicDescription>> descriptions;
    private KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> offsets;
    private volatile boolean partial;

    /**
     * Waits for Kafka's answer.
     *
     * @param layout of the topics, as this run reads them
     * @param application id that the user gave the job
     */
    TopicWatch(Admin admin, String events, String ledgers, Layout layout, Generation generation, String application)
            throws ExecutionException, InterruptedException {
        this.admin = admin;
        this.events = events;
        this.ledgers = ledgers;
        this.layout = layout;
        this.generation = generation;
        applicationId = generation.applicationId(application);
        partial = !isRead(committed().get());
        descriptions = describe();
        offsets = committed();
    }

    /** Names this run's consumer group and internal topics. */
    String applicationId() {
        return applicationId;
    }

    /**
     * Looks at what Kafka has answered by now, and asks again; waits for nothing. For one thread.
     *
     * @return what has changed
     */
    Optional<String> change() throws InterruptedException {
        if (partial && offsets.isDone()) {
            try {
                partial = !isRead(offsets.get());
            } catch (ExecutionException noAnswer) {
                // It is asked again.
            }
            offsets = committed();
        }
        if (!descriptions.values().stream().allMatch(KafkaFuture::isDone)) {
            return Optional.empty();
        }
        Optional<String> change = change(descriptions);
        descriptions = describe();
        return change;
    }

    private Map<String, KafkaFuture<TopicDescription>> describe() {
        return TopicSetup.describe(admin, events, ledgers);
    }

    private Optional<String> change(Map<String, KafkaFuture<TopicDescription>> described) throws InterruptedException {
        try {
            return TopicSetup.layout(described, events, ledgers)
                    .map(now -> change(events, layout.events(), now.events())
                            .or(() -> change(ledgers, layout.ledgers(), now.ledgers())))
                    .orElseGet(() -> Optional.of("the topic %s is gone"
                            .formatted(described.get(events).isCompletedExceptionally() ? events : ledgers)));
        } catch (ExecutionException noAnswer) {
            return Optional.empty();
        }
    }

    private static Optional<String> change(String topic, Layout.Topic before, Layout.Topic now) {
        if (!before.id().equals(now.id())) {
            return Optional.of("the topic %s was recreated".formatted(topic));
        }
        return before.partitions() == now.partitions()
                ? Optional.empty()
                : Optional.of("the topic %s has %d partitions now, not %d"
                        .formatted(topic, now.partitions(), before.partitions()));
    }

    private KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> committed() {
        return admin.listConsumerGroupOffsets(applicationId).partitionsToOffsetAndMetadata();
    }

    private boolean isRead(Map<TopicPartition, OffsetAndMetadata> committed) {
        return reaches(committed, events, generation.ends())
                && reaches(committed, StateMove.straysOf(applicationId), generation.strays());
    }

    private static boolean reaches(Map<TopicPartition, OffsetAndMetadata> committed, String topic, List<Long> ends) {
        for (int partition = 0; partition < ends.size(); partition++) {
            OffsetAndMetadata offset = committed.get(new TopicPartition(topic, partition));
            if ((offset == null ? 0 : offset.offset()) < ends.get(partition)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int partitions() {
        return generation.ends().size();
    }

    @Override
    public boolean wasMoved(String host, int partition, long offset) {
        return generation.wasMoved(host, partition, offset);
    }

    @Override
    public boolean isPartial() {
        return partial;
    }

    @Override
    public void verify() {
        try {
            change(describe()).ifPresent(what -> {
                throw new IllegalStateException(what);
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
