package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.embeddedkafka.EmbeddedKafka;
import io.skbstream.schemas.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The runnable jar against a real broker. */
@Timeout(900)
class LoopbackByHostIT {
    private static final int PARTITIONS = 4;

    private static Cluster cluster;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startKafka() throws Exception {
        cluster = Cluster.start();
    }

    @AfterAll
    static void stopKafka() throws Exception {
        cluster.close();
    }

    @Test
    void twoInstancesShareTheHostsAndTheTotalsAreExactAlsoAfterOneIsGone() throws Exception {
        cluster.create("shared", PARTITIONS);
        String[] args = {
            "--topic",
            "shared",
            "--application-id",
            "two",
            "--grace",
            "30s",
            "--json",
            "-K",
            "heartbeat.interval.ms=300"
        };
        try (var one = cluster.start(folder, "one", args);
                var two = cluster.start(folder, "two", args);
                var rounds = new Rounds(cluster, "shared", "host-s")) {
            Cluster.await("both instances have partitions", () -> cluster.isShared("two", 2, PARTITIONS));
            rounds.send(0);
            rounds.read(1);
            Set<String> hostsOfOne = hosts(one);
            Set<String> hostsOfTwo = hosts(two);
            assertThat(hostsOfOne).isNotEmpty().doesNotContainAnyElementsOf(hostsOfTwo);
            assertThat(hostsOfTwo).isNotEmpty();
            assertThat(hostsOfOne.size() + hostsOfTwo.size()).isEqualTo(Rounds.HOSTS);

            assertThat(one.signal("TERM").exitCode()).isZero();
            rounds.send(1);
            rounds.read(2);
            assertThat(hosts(two)).hasSize(Rounds.HOSTS);
            assertThat(two.signal("INT").exitCode()).isZero();
            assertThat(Stream.concat(one.stderr().stream(), two.stderr().stream()))
                    .noneMatch(line -> line.contains("ERROR"));
        }
        assertThat(cluster.admin()
                        .describeTopics(List.of(Topics.LOOPBACK_BY_HOST))
                        .allTopicNames()
                        .get()
                        .get(Topics.LOOPBACK_BY_HOST)
                        .partitions())
                .hasSize(PARTITIONS);
    }

    @Test
    void anInstanceThatIsKilledNeitherLosesNorDoublesAnything() throws Exception {
        cluster.create("killed", 1);
        String[] args = {
            "--topic",
            "killed",
            "--application-id",
            "killed",
            "--json",
            "--grace",
            "30s",
            "-K",
            "session.timeout.ms=6000",
            "-K",
            "heartbeat.interval.ms=300"
        };
        try (var one = cluster.start(folder, "one", args);
                var rounds = new Rounds(cluster, "killed", "host-k")) {
            Cluster.await("the first instance works", () -> cluster.partitionsByMember("killed")
                    .containsValue(1));
            for (int round = 0; round < 4; round++) {
                rounds.send(round);
            }
            Cluster.await("it has printed a row", () -> !one.stdout().isEmpty());
            one.signal("KILL").exitCode();
            try (var two = cluster.start(folder, "two", args)) {
                rounds.read(4);
                assertThat(two.signal("TERM").exitCode()).isZero();
            }
        }
    }

    @Test
    void rowsStayExactWhenTheTopicGetsPartitionsOrIsMadeAnew() throws Exception {
        cluster.create("changing", 1);
        String[] args = {
            "--topic",
            "changing",
            "--ledger-topic",
            "changing-ledger",
            "--application-id",
            "changing",
            "--grace",
            "30s",
            "-K",
            "heartbeat.interval.ms=300"
        };
        try (var rounds = new Rounds(cluster, "changing", "host-c")) {
            try (var one = cluster.start(folder, "one", args)) {
                rounds.send(0);
                rounds.read(1);
                assertThat(one.signal("TERM").exitCode()).isZero();
                assertThat(rounds.somePartial()).isFalse();
            }
            // While it is away, agents that have not heard of the new partitions write on into the only old one.
            try (var uninformed = rounds.producer()) {
                cluster.grow("changing", 3);
                rounds.send(1, uninformed);
            }
            rounds.send(2);
            try (var two = cluster.start(folder, "two", args);
                    var three = cluster.start(folder, "three", args)) {
                rounds.read(3);
                assertThat(rounds.somePartial()).isTrue();
                Cluster.await("no row is partial any more", () -> !rounds.isPartial());
                try (var uninformed = rounds.producer()) {
                    cluster.grow("changing", 5);
                    rounds.send(3, uninformed);
                    rounds.read(4);
                }
                rounds.send(4);
                rounds.read(5);

                cluster.admin().deleteTopics(List.of("changing")).all().get();
                Cluster.await("both wait for the topic", () -> Stream.of(two, three)
                        .allMatch(job -> job.said("waiting for the topic changing") > 0));
                cluster.create("changing", 2);
                rounds.send(5);
                rounds.read(6);
                String generation = cluster.generation("changing");
                Cluster.await("both run on the new topic", () -> cluster.isShared(generation, 2, 2));
                cluster.grow("changing-ledger", 2);
                Cluster.await("both notice", () -> Stream.of(two, three)
                        .allMatch(job -> job.said("the topic changing-ledger has 2 partitions now, not 1") == 1));
                rounds.send(6);
                rounds.read(7);
                Cluster.await("no row is partial any more", () -> !rounds.isPartial());

                assertThat(two.signal("TERM").exitCode()).isZero();
                assertThat(three.signal("TERM").exitCode()).isZero();
            }
        }
        cluster.awaitOneGeneration("changing");
    }

    @Test
    void aMissingTopicIsWaitedForInOneLine() throws Exception {
        try (var job = cluster.start(folder, "waiting", "--topic", "later", "--application-id", "waiting");
                var rounds = new Rounds(cluster, "later", "host-l")) {
            Cluster.await("the wait is announced", () -> job.stderr().size() == 1);
            assertThat(job.stderr().get(0)).contains("waiting for the topic later");
            cluster.create("later", 1);
            rounds.send(0);
            Cluster.await("rows are printed", () -> job.stdout().size() > Rounds.HOSTS);
            assertThat(job.stdout().get(0)).startsWith("HOST ");
            assertThat(String.join("\n", job.stdout())).doesNotContain("\033");
            assertThat(job.signal("TERM").exitCode()).isZero();
        }
    }

    @Test
    void aSignalEndsTheWaitForATopic() throws Exception {
        try (var job = cluster.start(folder, "waiting", "--topic", "never", "--application-id", "never")) {
            Cluster.await("the wait is announced", () -> job.stderr().size() == 1);
            assertThat(job.signal("TERM").exitCode()).isZero();
            assertThat(job.stdout()).isEmpty();
        }
    }

    @Test
    void aBrokerThatGoesIsReportedOnceAndASignalStillEndsTheJobSoon() throws Exception {
        var own = EmbeddedKafka.start();
        try (var ownAdmin = Admin.create(Map.of("bootstrap.servers", own.bootstrapServers()));
                var job = new JobProcess(folder, "left", "--bootstrap-servers", own.bootstrapServers())) {
            var topic = new NewTopic(Topics.NETIF_RECEIVE, 1, (short) 1);
            ownAdmin.createTopics(List.of(topic)).all().get();
            Cluster.await("it is connected", () -> job.said("connected to Kafka at " + own.bootstrapServers()) == 1);
            own.close();
            Cluster.await(
                    "it reports the loss", () -> job.said("no connection to Kafka at " + own.bootstrapServers()) == 1);
            // 1, and why, if it went just before a commit; 0 if there was nothing left to write.
            if (job.signal("TERM").exitCode() != 0) {
                assertThat(job.said("loopback-by-host: the last sums were not written within 3 s;"))
                        .isEqualTo(1);
            }
            assertThat(job.said("no connection")).isEqualTo(1);
        } finally {
            own.close();
        }
    }

    private static Set<String> hosts(JobProcess job) {
        return job.stdout().stream()
                .map(line -> line.replaceAll("^\\{\"host\": \"([^\"]+)\".*", "$1"))
                .collect(Collectors.toSet());
    }
}
