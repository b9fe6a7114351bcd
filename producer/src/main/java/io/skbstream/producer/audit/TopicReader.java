package io.skbstream.producer.audit;

import io.skbstream.clients.NativeLibrary;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.publish.ClusterVisit;
import io.skbstream.producer.publish.KafkaSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Reads whole topics, from the beginning to what is the end now, as part of no consumer group. Owns its consumer. One thread. */
final class TopicReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaSettings kafka;
    private final Consumer<byte[], byte[]> consumer;
    private final Set<String> compacted = new HashSet<>();

    /** What becomes of one record. */
    interface Sink {
        void accept(ConsumerRecord<byte[], byte[]> record);
    }

    TopicReader(KafkaSettings kafka) {
        this.kafka = kafka;
        this.consumer = kafka.consumer();
    }

    /**
     * Kafka's descriptions of these topics.
     *
     * @throws AgentException if the cluster does not answer, or one of them is not there for this client
     */
    Map<String, TopicDescription> describe(Collection<String> topics) throws InterruptedException {
        Map<String, TopicDescription> described = new TreeMap<>();
        try (Admin admin = kafka.admin()) {
            for (var answer : admin.describeTopics(topics).topicNameValues().entrySet()) {
                try {
                    described.put(answer.getKey(), answer.getValue().get());
                } catch (ExecutionException failed) {
                    throw explain(answer.getKey(), failed.getCause());
                }
            }
            for (String topic : topics) {
                if (ClusterVisit.isCompacted(admin, topic)) {
                    compacted.add(topic);
                }
            }
            return described;
        }
    }

    /**
     * Gives every record that is there now to the sink; those of one partition in order.
     *
     * @return what the topic held: the ends as they were before, the beginnings as they were after
     * @throws AgentException if Kafka does not answer, or does not let this client read
     */
    TopicNow read(TopicDescription topic, Sink sink, Progress progress) {
        List<TopicPartition> partitions = topic.partitions().stream()
                .map(partition -> new TopicPartition(topic.name(), partition.partition()))
                .toList();
        try {
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            readTo(ends, topic.name(), sink, progress);
            // Only now: what retention takes away during the reading may or may not have been read.
            Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
            Map<Integer, TopicNow.Offsets> offsets = new TreeMap<>();
            ends.forEach((partition, end) ->
                    offsets.put(partition.partition(), new TopicNow.Offsets(beginnings.get(partition), end)));
            String id = Uuid.ZERO_UUID.equals(topic.topicId())
                    ? ""
                    : topic.topicId().toString();
            return new TopicNow(topic.name(), id, offsets, compacted.contains(topic.name()));
        } catch (KafkaException failed) {
            throw explain(topic.name(), failed);
        } catch (Error failed) { // as of records that are compressed by a library that cannot be started
            throw NativeLibrary.explain(failed)
                    .map(why -> new AgentException("topic " + topic.name() + " cannot be read: " + why, failed))
                    .orElseThrow(() -> failed);
        }
    }

    private void readTo(Map<TopicPartition, Long> ends, String topic, Sink sink, Progress progress) {
        long from = 0;
        long total = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            from += consumer.position(end.getKey());
            total += end.getValue();
        }
        Set<TopicPartition> open = new HashSet<>(ends.keySet());
        long impatientNs = System.nanoTime() + PATIENCE.toNanos();
        long before = -1;
        while (pauseFinished(open, ends)) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            for (TopicPartition partition : records.partitions()) {
                long end = ends.get(partition);
                for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
                    if (record.offset() < end) {
                        sink.accept(record);
                    }
                }
            }
            long read = ends.keySet().stream().mapToLong(consumer::position).sum();
            progress.at(topic, read - from, total - from);
            if (read != before) {
                before = read;
                impatientNs = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() - impatientNs > 0) {
                throw new AgentException("Kafka at " + kafka.bootstrapServers() + " gave nothing of topic " + topic
                        + " for " + PATIENCE.toSeconds() + " s, with " + (total - read)
                        + " offsets to go: see to its brokers, and audit again");
            }
        }
    }

    /** Stops fetching from what has been read to its end; returns whether anything is left. */
    private boolean pauseFinished(Set<TopicPartition> open, Map<TopicPartition, Long> ends) {
        Set<TopicPartition> finished = new HashSet<>(open);
        finished.removeIf(partition -> consumer.position(partition) < ends.get(partition));
        if (!finished.isEmpty()) {
            consumer.pause(finished);
            open.removeAll(finished);
        }
        return !open.isEmpty();
    }

    private AgentException explain(String topic, Throwable failure) {
        String where = kafka.bootstrapServers();
        if (failure instanceof UnknownTopicOrPartitionException || failure instanceof InvalidTopicException) {
            return new AgentException(
                    "there is no topic " + topic + " on " + where
                            + "; --topic names the events' one, --ledger-topic the ledgers' one",
                    failure);
        }
        if (failure instanceof AuthorizationException) {
            return new AgentException(
                    "topic " + topic + " on " + where + " may not be read by this client (" + failure.getMessage()
                            + "); let someone who may allow it Describe and Read on it",
                    failure);
        }
        Optional<String> known = kafka.explain(topic, failure);
        if (known.isPresent()) {
            return new AgentException("no way into Kafka at " + where + ": " + known.get(), failure);
        }
        if (failure instanceof TimeoutException) {
            return new AgentException(
                    "no Kafka broker answers at " + where + ": start it, or correct --bootstrap-servers (or"
                            + " KAFKA_BOOTSTRAP_SERVERS)",
                    failure);
        }
        return new AgentException(
                "topic " + topic + " on " + where + " cannot be read: " + failure.getMessage(), failure);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
