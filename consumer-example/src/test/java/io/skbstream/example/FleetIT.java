package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.example.FleetTruth.Sums;
import io.skbstream.example.FleetTruth.Window;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The runnable jar against a simulated fleet on a real broker: every row is that of the simulator's truth. */
@Timeout(3600)
class FleetIT {
    private static final int HOSTS = 1000;
    private static final int PARTITIONS = 6;
    private static final long LEAST_RECORDS = 250_000;
    private static final String TOPIC = "fleet";

    @TempDir
    private Path folder;

    @Test
    void everyRowIsThatOfTheTruthAlsoWhileOneOfThreeInstancesIsKilledAndAnotherJoins() throws Exception {
        try (var cluster = Cluster.start()) {
            cluster.create(TOPIC, PARTITIONS);
            FleetTruth truth = threeInstancesOfWhichOneIsKilledFindTheTruth(cluster);
            oneInstanceThatHasAllLedgersFindsTheTruthAgain(cluster, truth);
        }
    }

    /** The fleet sends until everything has happened, however long that takes. */
    private FleetTruth threeInstancesOfWhichOneIsKilledFindTheTruth(Cluster cluster) throws Exception {
        String group = "three";
        try (var one = start(cluster, group, "one");
                var two = start(cluster, group, "two");
                var three = start(cluster, group, "three")) {
            Cluster.await("all three have partitions", () -> cluster.isShared(group, 3, PARTITIONS));
            long beganNs = System.nanoTime();
            try (var fleet = simulate(cluster)) {
                Cluster.await(
                        "the first has committed a part of its share",
                        () -> !one.stdout().isEmpty() && cluster.committed(group) > 0);
                one.signal("KILL").exitCode();
                int rowsOfTwo = two.stdout().size();
                int rowsOfThree = three.stdout().size();
                try (var four = start(cluster, group, "four")) {
                    Cluster.await("the fourth works", () -> !four.stdout().isEmpty());
                    Cluster.await(
                            "the others work on",
                            () -> two.stdout().size() > rowsOfTwo
                                    && three.stdout().size() > rowsOfThree);
                    Cluster.await("enough is sent for everything to occur", () -> sent(cluster) >= LEAST_RECORDS);
                    assertThat(fleet.signal("INT").exitCode())
                            .as("%s", fleet.stderr())
                            .isZero();
                    var truth = new FleetTruth(Files.readAllLines(folder.resolve("truth")));
                    long records = truth.total("records");
                    awaitAllRead(cluster, group, records);
                    say(records, beganNs, "three instances, one killed and one joining, as fast as they were sent");
                    for (var job : List.of(two, three, four)) {
                        assertThat(job.signal("TERM").exitCode()).isZero();
                    }
                    assertThat(sums(newestRows(cluster, Map.of()))).isEqualTo(truth.windows);
                    assertThatEverythingOccurs(truth);
                    return truth;
                }
            }
        }
    }

    private void oneInstanceThatHasAllLedgersFindsTheTruthAgain(Cluster cluster, FleetTruth truth) throws Exception {
        Map<TopicPartition, Long> ends = ends(cluster);
        long beganNs = System.nanoTime();
        try (var alone = start(cluster, "alone", "alone")) {
            awaitAllRead(cluster, "alone", truth.total("records"));
            say(truth.total("records"), beganNs, "one instance, its start included");
            System.out.printf("it took %.1f s of CPU%n", alone.cpu().toMillis() / 1000.0);
            assertThat(alone.signal("TERM").exitCode()).isZero();
        }
        Map<Window, LoopbackByHost> rows = newestRows(cluster, ends);
        assertThat(sums(rows)).isEqualTo(truth.windows);
        rows.values()
                .forEach(row -> assertThat(row.getLossByCause()).as("%s", row).isEqualTo(truth.lost(row)));
    }

    private JobProcess start(Cluster cluster, String group, String name) throws Exception {
        return cluster.start(
                folder,
                name,
                ("--topic fleet --ledger-topic fleet-ledger --window 10s --grace 10s --application-id " + group
                                + " -K session.timeout.ms=6000 -K heartbeat.interval.ms=300"
                                // Who joins takes its share at once, however much it has to restore.
                                + " -K acceptable.recovery.lag=1000000000")
                        .split(" "));
    }

    /** In all kinds of trouble, twice as fast as time goes by, for far longer than the test needs. */
    private JobProcess simulate(Cluster cluster) throws Exception {
        return JobProcess.simulator(
                folder,
                "simulator",
                ("--bootstrap-servers %s --topic fleet --ledger-topic fleet-ledger --hosts %d --rate 5000 --duration 4h"
                                + " --speed 2 --window 10s --loss 0.01 --duplicates 0.02 --late 0.05 --latest 5s"
                                + " --too-late 0.01 --grace 10s --restarts 0.3 --truth %s")
                        .formatted(cluster.bootstrapServers(), HOSTS, folder.resolve("truth"))
                        .split(" "));
    }

    /** However many there are; it only has to go on. */
    private static void awaitAllRead(Cluster cluster, String group, long records) throws InterruptedException {
        for (long read = cluster.committed(group); read != records; read = cluster.committed(group)) {
            long before = read;
            Cluster.await(
                    "more than %,d of %,d are read".formatted(before, records),
                    () -> cluster.committed(group) > before);
        }
    }

    private static void assertThatEverythingOccurs(FleetTruth truth) {
        assertThat(truth.windows.keySet().stream().map(Window::host).distinct()).hasSize(HOSTS);
        for (String what :
                List.of("missing", "duplicates", "late", "too_late", "came_too_late", "restarts", "trailing")) {
            assertThat(truth.total(what)).as(what).isPositive();
        }
    }

    private static long sent(Cluster cluster) {
        return cluster.ends(TOPIC, IsolationLevel.READ_UNCOMMITTED).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static Map<Window, Sums> sums(Map<Window, LoopbackByHost> rows) {
        Map<Window, Sums> sums = new HashMap<>();
        rows.forEach((window, row) -> sums.put(window, Sums.of(row)));
        return sums;
    }

    /** The last row of each host and window that is committed, among those from the given offsets on. */
    private static Map<Window, LoopbackByHost> newestRows(Cluster cluster, Map<TopicPartition, Long> from)
            throws InterruptedException {
        Map<TopicPartition, Long> ends = ends(cluster);
        Map<Window, LoopbackByHost> newest = new HashMap<>();
        try (var consumer = new KafkaConsumer<>(
                cluster.settings(Map.of("isolation.level", "read_committed")),
                new StringDeserializer(),
                new AvroDeserializer<>(LoopbackByHost.class))) {
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            from.forEach(consumer::seek);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> newest.put(Window.of(record.value()), record.value()));
            }
        }
        return newest;
    }

    /** Of the rows, once the broker has given up the transaction of whoever was killed: before, it hides all that follows. */
    private static Map<TopicPartition, Long> ends(Cluster cluster) throws InterruptedException {
        Cluster.await(
                "no transaction is open", () -> cluster.ends(Topics.LOOPBACK_BY_HOST, IsolationLevel.READ_COMMITTED)
                        .equals(cluster.ends(Topics.LOOPBACK_BY_HOST, IsolationLevel.READ_UNCOMMITTED)));
        return cluster.ends(Topics.LOOPBACK_BY_HOST, IsolationLevel.READ_COMMITTED);
    }

    private static void say(long records, long beganNs, String by) {
        double seconds = (System.nanoTime() - beganNs) / (double) TimeUnit.SECONDS.toNanos(1);
        System.out.printf(
                "%,d records of %,d hosts in %.1f s, %,.0f records/s: %s%n",
                records, HOSTS, seconds, records / seconds, by);
    }
}
