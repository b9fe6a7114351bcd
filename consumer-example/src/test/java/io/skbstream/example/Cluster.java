package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.embeddedkafka.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** A real broker, and the jobs that run against it. */
public record Cluster(EmbeddedKafka kafka, Admin admin) implements AutoCloseable {

    public static Cluster start() throws Exception {
        var kafka = EmbeddedKafka.start();
        return new Cluster(kafka, Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers())));
    }

    /** For clients, with these on top. */
    public Map<String, Object> settings(Map<String, Object> more) {
        var settings = new HashMap<String, Object>(more);
        settings.put("bootstrap.servers", kafka.bootstrapServers());
        return settings;
    }

    public void create(String topic, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all()
                .get();
    }

    public JobProcess start(Path folder, String name, String... args) throws Exception {
        var all = Stream.concat(Stream.of("--bootstrap-servers", kafka.bootstrapServers()), Stream.of(args));
        return new JobProcess(folder, name, all.toArray(String[]::new));
    }

    Map<String, Integer> partitionsByMember(String group) {
        try {
            return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
                    .collect(Collectors.toMap(
                            member -> member.consumerId(),
                            member -> member.assignment().topicPartitions().size()));
        } catch (Exception e) {
            return Map.of(); // the group does not exist yet
        }
    }

    public static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadlineNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 60 s until " + what).isLessThan(deadlineNs);
            Thread.sleep(100);
        }
    }

    @Override
    public void close() {
        admin.close();
        kafka.close();
    }
}
