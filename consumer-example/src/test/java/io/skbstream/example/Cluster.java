package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.embeddedkafka.EmbeddedKafka;
import io.skbstream.embeddedkafka.OtherKafka;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A real broker, and the jobs that run against it. */
record Cluster(Closeable kafka, String bootstrapServers, Admin admin) implements AutoCloseable {
    /** Enough for a machine that is busy with other work. */
    private static final int PATIENCE_S = 300;

    static Cluster start() throws Exception {
        return start(Map.of());
    }

    /** Of a broker with these settings. */
    static Cluster start(Map<String, String> overrides) throws Exception {
        var kafka = EmbeddedKafka.start(overrides);
        return of(kafka::close, kafka.bootstrapServers());
    }

    /** Of a broker of another version, such as 2.8.2. */
    static Cluster startOther(String version) throws Exception {
        var kafka = OtherKafka.start(version);
        return of(kafka::close, kafka.bootstrapServers());
    }

    private static Cluster of(Closeable kafka, String bootstrapServers) {
        return new Cluster(kafka, bootstrapServers, Admin.create(Map.of("bootstrap.servers", bootstrapServers)));
    }

    /** For clients, with these on top. */
    Map<String, Object> settings(Map<String, Object> more) {
        var settings = new HashMap<String, Object>(more);
        settings.put("bootstrap.servers", bootstrapServers);
        return settings;
    }

    void create(String topic, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all()
                .get();
    }

    /** Adds partitions to a topic, up to so many. */
    void grow(String topic, int partitions) throws Exception {
        admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                .all()
                .get();
    }

    JobProcess start(Path folder, String name, String... args) throws Exception {
        var all = Stream.concat(Stream.of("--bootstrap-servers", bootstrapServers), Stream.of(args));
        return new JobProcess(folder, name, all.toArray(String[]::new));
    }

    /** Counts those of topics that are not the group's own. */
    Map<String, Integer> partitionsByMember(String group) {
        try {
            return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
                    .collect(Collectors.toMap(
                            member -> member.consumerId(),
                            member -> (int) member.assignment().topicPartitions().stream()
                                    .filter(partition -> !partition.topic().startsWith(group + "-"))
                                    .count()));
        } catch (Exception e) {
            return Map.of(); // the group does not exist yet
        }
    }

    /** Whether so many members of a group have all partitions, and each has some. */
    boolean isShared(String group, int members, int partitions) {
        var counts = partitionsByMember(group).values();
        return counts.size() == members
                && !counts.contains(0)
                && counts.stream().mapToInt(Integer::intValue).sum() == partitions;
    }

    /** Names the consumer group and the internal topics that a job with this application id has now; waits until it has some. */
    String generation(String application) {
        var log = new TopicPartition(application + "-generations", 0);
        var bytes = new ByteArrayDeserializer();
        var settings = settings(Map.of("isolation.level", "read_committed"));
        var newest = new ArrayList<Generation>();
        try (var consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
            consumer.assign(List.of(log));
            consumer.seekToBeginning(List.of(log));
            long end = consumer.endOffsets(List.of(log)).get(log);
            while (newest.isEmpty() || consumer.position(log) < end) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.value() != null) {
                        newest.add(Generation.of(record.value()));
                    }
                }
            }
        }
        return newest.get(newest.size() - 1).applicationId(application);
    }

    /** The topics that Kafka Streams has made for a job with this application id, in all its generations. */
    Set<String> internalTopics(String application) throws Exception {
        return admin.listTopics().names().get().stream()
                .filter(name -> name.matches(application + "-.*-(changelog|repartition)"))
                .collect(Collectors.toSet());
    }

    /** Waits until only those of its current generation are left. */
    void awaitOneGeneration(String application) throws Exception {
        String current = generation(application) + '-';
        long deadlineNs = System.nanoTime() + Duration.ofSeconds(PATIENCE_S).toNanos();
        while (internalTopics(application).stream().anyMatch(name -> !name.startsWith(current))) {
            assertThat(System.nanoTime())
                    .as("%s are gone, but for %s", internalTopics(application), current)
                    .isLessThan(deadlineNs);
            Thread.sleep(100);
        }
        assertThat(internalTopics(application)).isNotEmpty();
    }

    /** How many records of a topic a group has read and committed, of all partitions. */
    long committed(String group) {
        try {
            return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet().stream()
                    .filter(entry -> !entry.getKey().topic().startsWith(group + "-"))
                    .mapToLong(entry -> entry.getValue().offset())
                    .sum();
        } catch (Exception e) {
            return 0; // the group does not exist yet
        }
    }

    /** The end of each partition, for a reader that sees open transactions, or does not see past them. */
    Map<TopicPartition, Long> ends(String topic, IsolationLevel isolation) {
        try {
            int partitions = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .size();
            var latest = IntStream.range(0, partitions)
                    .boxed()
                    .collect(Collectors.toMap(number -> new TopicPartition(topic, number), n -> OffsetSpec.latest()));
            var ends = new HashMap<TopicPartition, Long>();
            admin.listOffsets(latest, new ListOffsetsOptions(isolation))
                    .all()
                    .get()
                    .forEach((partition, end) -> ends.put(partition, end.offset()));
            return ends;
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError("cannot see how far " + topic + " goes", e);
        }
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadlineNs = System.nanoTime() + Duration.ofSeconds(PATIENCE_S).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("waited %d s until %s", PATIENCE_S, what)
                    .isLessThan(deadlineNs);
            Thread.sleep(100);
        }
    }

    @Override
    public void close() throws IOException {
        admin.close();
        kafka.close();
    }
}
