package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.clients.ProgramException;
import io.skbstream.clients.StopSignal;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.AvroSerializer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Moves of the state while much is not read yet, and moves that go wrong, against a real broker. */
@Timeout(900)
class StateMoveIT {
    private static final Windows WINDOWS = new Windows(Duration.ofSeconds(10), Duration.ofSeconds(30));
    private static final Deserializer<NetifReceive> EVENTS = new AvroDeserializer<>(NetifReceive.class);

    /** How many events of each host. */
    private static final int BACKLOG = 600;

    private static Cluster cluster;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startKafka() throws Exception {
        cluster = Cluster.start(Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "200"));
    }

    @AfterAll
    static void stopKafka() throws Exception {
        cluster.close();
    }

    @Test
    void aStrayThatIsNotReadYetIsMovedOnceHoweverOftenTheTopicChanges() throws Exception {
        cluster.create("twice", 1);
        try (var rounds = new Rounds(cluster, "twice", "host-t")) {
            try (var one = start("one", "twice")) {
                rounds.send(0);
                rounds.read(1);
                assertThat(one.signal("TERM").exitCode()).isZero();
            }
            try (var uninformed = rounds.producer()) {
                cluster.grow("twice", 3);
                rounds.send(1, uninformed);
            }
            move("twice", EVENTS, Map.of());
            rounds.send(2);
            cluster.grow("twice", 5);
            assertThat(IntStream.range(0, Rounds.HOSTS).mapToObj(number -> "host-t" + number))
                    .as("some host comes back to its first partition")
                    .anyMatch(host -> Strays.home(host, 3) != 0 && Strays.home(host, 5) == 0);
            try (var two = start("two", "twice")) {
                rounds.read(3);
                Cluster.await("no row is partial any more", () -> !rounds.isPartial());
                assertThat(two.said("moved the state from twice-generation-")).isEqualTo(1);
                assertThat(two.signal("TERM").exitCode()).isZero();
            }
        }
    }

    /** Kafka takes no offset of a topic that is not there, as that of strays is not before Kafka Streams has begun. */
    @Test
    void aTopicMayChangeBeforeTheJobHasAnyState() throws Exception {
        cluster.create("early", 1);
        cluster.create("early-generations", 1);
        var described = cluster.admin().describeTopics(List.of("early")).allTopicNames();
        var first =
                Generation.first(new Layout.Topic(described.get().get("early").topicId(), 1));
        try (var producer =
                new KafkaProducer<>(cluster.settings(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("early-generations", first.toJson()))
                    .get();
        }
        cluster.grow("early", 3);
        try (var rounds = new Rounds(cluster, "early", "host-e");
                var one = start("one", "early")) {
            rounds.send(0);
            rounds.read(1);
            assertThat(one.said("moved the state from early to early-generation-"))
                    .isEqualTo(1);
            assertThat(one.signal("TERM").exitCode()).isZero();
        }
    }

    /** A backlog of 50 minutes, which one fetch of each partition has, at a grace of 30 s. */
    @Test
    void straysOfSeveralPartitionsAreMovedInTheOrderOfTheirTime() throws Exception {
        try (var backlog = new Backlog("backlog", "host-b")) {
            backlog.send(0, 1, Set.of(0, 1));
            backlog.readWithAJob("one");
            backlog.send(1, BACKLOG, Set.of(0, 1));
            cluster.grow("backlog", 3);
            backlog.readWithAJob("two");
            assertThat(backlog.late()).isZero();
        }
    }

    /** Its hosts share a partition with none that is ahead where the partitions are doubled, and do so otherwise. */
    @ParameterizedTest
    @ValueSource(ints = {4, 3})
    void whatIsBehindIsLateOnlyWhereItComesTogetherWithWhatIsAhead(int partitions) throws Exception {
        try (var backlog = new Backlog("behind" + partitions, "host-" + partitions + "-")) {
            backlog.send(0, 1, Set.of(0, 1));
            backlog.send(BACKLOG, BACKLOG + 1, Set.of(0));
            backlog.readWithAJob("one");
            backlog.send(1, BACKLOG, Set.of(1));
            cluster.grow("behind" + partitions, partitions);
            backlog.readWithAJob("two");
            assertThat(backlog.late() > 0).isEqualTo(partitions == 3);
        }
    }

    /** Events of 40 hosts, 5 s apart, from an hour ago on, in a topic that has two partitions at first. */
    private final class Backlog implements AutoCloseable {
        private final Instant begin = Instant.now().minus(Duration.ofHours(1));
        private final String topic;
        private final String hosts;
        private final Rows rows;
        private final KafkaProducer<String, NetifReceive> producer;
        private long sent;

        Backlog(String topic, String hosts) throws Exception {
            cluster.create(topic, 2);
            this.topic = topic;
            this.hosts = hosts;
            rows = new Rows(cluster, hosts);
            producer = new KafkaProducer<>(
                    cluster.settings(Map.of("linger.ms", 20)), new StringSerializer(), new AvroSerializer<>());
        }

        /** Only to these of the two partitions. */
        void send(int from, int to, Set<Integer> partitions) {
            for (int seq = from; seq < to; seq++) {
                for (int number = 0; number < Rounds.HOSTS; number++) {
                    String host = hosts + number;
                    if (partitions.contains(Strays.home(host, 2))) {
                        Instant timestamp = begin.plusSeconds(5L * seq);
                        producer.send(new ProducerRecord<>(
                                topic, host, SomeEvents.event(host, 1, 0, seq, timestamp, "lo", 100, "ping")));
                        sent++;
                    }
                }
            }
            producer.flush();
        }

        /** Until each event is in a row, as one that counts or is late. */
        void readWithAJob(String name) throws Exception {
            try (var job = start(name, topic)) {
                Cluster.await("all events are in the rows", () -> {
                    rows.poll();
                    return rows.sum(LoopbackByHost::getEvents) + late() == sent;
                });
                assertThat(job.signal("TERM").exitCode()).isZero();
            }
        }

        long late() {
            return rows.sum(LoopbackByHost::getLate);
        }

        @Override
        public void close() {
            producer.close();
            rows.close();
        }
    }

    @Test
    void aMoveInWhichAnInstanceDiesIsBegunAnewByTheNextAndLeavesNothingBehind() throws Exception {
        cluster.create("killed", 1);
        try (var rounds = new Rounds(cluster, "killed", "host-k")) {
            try (var one = start("one", "killed")) {
                rounds.send(0);
                rounds.read(1);
                assertThat(one.signal("TERM").exitCode()).isZero();
            }
            rounds.send(1);
            cluster.grow("killed", 3);
            try (var two = start("two", "killed")) {
                while (cluster.internalTopics("killed").stream().noneMatch(name -> name.contains("-generation-"))) {
                    Thread.sleep(10);
                }
                two.signal("KILL").exitCode();
                assertThat(two.said("moving the state of killed, for 3 partitions of killed"))
                        .isEqualTo(1);
                assertThat(two.said("moved the state"))
                        .as("it died in the move")
                        .isZero();
            }
            try (var three = start("three", "killed")) {
                rounds.read(2);
                assertThat(three.said("that move has shown no sign of life for 30 s; beginning it anew"))
                        .isEqualTo(1);
                rounds.send(2);
                rounds.read(3);
                assertThat(three.signal("TERM").exitCode()).isZero();
            }
        }
        cluster.awaitOneGeneration("killed");
    }

    @Test
    void aMoveThatTakesTooLongSaysWhichSettingHelps() throws Exception {
        cluster.create("slow", 1);
        try (var rounds = new Rounds(cluster, "slow", "host-o")) {
            try (var one = start("one", "slow")) {
                rounds.send(0);
                rounds.read(1);
                assertThat(one.signal("TERM").exitCode()).isZero();
            }
            rounds.send(1);
            cluster.grow("slow", 2);
            Deserializer<NetifReceive> slow = (topic, data) -> {
                sleep(2);
                return EVENTS.deserialize(topic, data);
            };
            assertThatThrownBy(() -> move("slow", slow, Map.of("skbstream.move.timeout.ms", "1500")))
                    .isInstanceOf(ProgramException.class)
                    .hasMessageContainingAll(
                            "moving the state, for 2 partitions of slow, takes longer than 1 s",
                            "-K skbstream.move.timeout.ms=4500");
            try (var two = start("two", "slow")) {
                rounds.read(2);
                assertThat(two.signal("TERM").exitCode()).isZero();
            }
        }
    }

    private static void sleep(int ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSignalEndsAMoveSoonWhileKafkaIsAway() throws Exception {
        try (var own = Cluster.start()) {
            own.create("away", 1);
            try (var rounds = new Rounds(own, "away", "host-a");
                    var one = start(own, "one", "away")) {
                rounds.send(0);
                rounds.read(1);
                assertThat(one.signal("TERM").exitCode()).isZero();
                for (int round = 1; round < 5; round++) {
                    rounds.send(round);
                }
            }
            own.grow("away", 3);
            try (var two = start(own, "two", "away")) {
                while (own.internalTopics("away").stream().noneMatch(name -> name.contains("-generation-"))) {
                    Thread.sleep(10);
                }
                own.kafka().close();
                long beginNs = System.nanoTime();
                assertThat(two.signal("TERM").exitCode()).isZero();
                assertThat(Duration.ofNanos(System.nanoTime() - beginNs)).isLessThan(Duration.ofSeconds(20));
                assertThat(two.said("moved the state")).isZero();
                assertThat(two.said("ERROR")).isZero();
            }
        }
    }

    @Test
    void aTopicOfGenerationsThatIsCompactedIsNamedWithTheCommandThatHelps() throws Exception {
        cluster.create("compacted", 1);
        cluster.admin()
                .createTopics(List.of(new NewTopic("compacted-generations", 1, (short) 1)
                        .configs(Map.of("cleanup.policy", "compact"))))
                .all()
                .get();
        try (var job = start("one", "compacted")) {
            assertThat(job.exitCode()).isEqualTo(1);
            assertThat(job.stderr().get(job.stderr().size() - 1))
                    .contains(
                            "loopback-by-host: the topic compacted-generations, which says where the job's state is, takes no records without a key: ")
                    .contains("--entity-name compacted-generations --add-config cleanup.policy=delete");
            assertThat(job.said("\tat ")).isZero();
        }
    }

    /** Topic and application have the same name. */
    private JobProcess start(String name, String topic) throws Exception {
        return start(cluster, name, topic);
    }

    private JobProcess start(Cluster cluster, String name, String topic) throws Exception {
        return cluster.start(
                folder,
                name,
                "--topic",
                topic,
                "--ledger-topic",
                topic + "-ledger",
                "--application-id",
                topic,
                "--grace",
                "30s");
    }

    /** As a job does it before it reads anything. */
    private static void move(String topic, Deserializer<NetifReceive> events, Map<String, Object> settings)
            throws Exception {
        var all = new HashMap<>(cluster.settings(settings));
        all.put(StreamsConfig.APPLICATION_ID_CONFIG, topic);
        var clients = new RawClients(new StreamsConfig(all));
        var generations = new Generations(cluster.admin(), clients, topic, topic, LoopbackTopology.sumsOf(WINDOWS));
        var stop = StopSignal.install();
        Optional<Generation> generation = Optional.empty();
        while (generation.isEmpty()) {
            var layout = TopicSetup.layout(TopicSetup.describe(cluster.admin(), topic, topic), topic, topic);
            generation = generations.of(layout.orElseThrow().events(), events, stop);
        }
    }
}
