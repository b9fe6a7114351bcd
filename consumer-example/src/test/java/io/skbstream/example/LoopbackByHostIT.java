package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.Hook;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.avro.SessionState;
import io.skbstream.embeddedkafka.EmbeddedKafka;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.AvroSerializer;
import io.skbstream.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The runnable jar against a real broker. */
@Timeout(180)
class LoopbackByHostIT {
    private static final int HOSTS = 40;
    private static final int PARTITIONS = 4;
    private static final int EVENTS = 900;

    /** Recent, because Kafka deletes records by their own time; and where a window begins. */
    private static final Instant T0 = Instant.ofEpochSecond(Instant.now().getEpochSecond() / 10 * 10);

    private static EmbeddedKafka kafka;
    private static Admin admin;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startKafka() throws Exception {
        kafka = EmbeddedKafka.start();
        admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    @AfterAll
    static void stopKafka() throws Exception {
        admin.close();
        kafka.close();
    }

    @Test
    void twoInstancesShareTheHostsAndTheTotalsAreExactAlsoAfterOneIsGone() throws Exception {
        create("shared", PARTITIONS);
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
        try (var one = start("one", args);
                var two = start("two", args);
                var rows = new Rows("host-s")) {
            await(
                    "both instances have partitions",
                    () -> partitionsByMember("two").size() == 2
                            && partitionsByMember("two").values().stream().allMatch(count -> count > 0));
            sendRound("shared", "host-s", 0);
            rows.readRounds(1);
            Set<String> hostsOfOne = hosts(one);
            Set<String> hostsOfTwo = hosts(two);
            assertThat(hostsOfOne).isNotEmpty().doesNotContainAnyElementsOf(hostsOfTwo);
            assertThat(hostsOfTwo).isNotEmpty();
            assertThat(hostsOfOne.size() + hostsOfTwo.size()).isEqualTo(HOSTS);

            assertThat(one.signal("TERM").exitCode()).isZero();
            sendRound("shared", "host-s", 1);
            rows.readRounds(2);
            assertThat(hosts(two)).hasSize(HOSTS);
            assertThat(two.signal("INT").exitCode()).isZero();
            assertThat(Stream.concat(one.stderr().stream(), two.stderr().stream()))
                    .noneMatch(line -> line.contains("ERROR"));
        }
        assertThat(admin.describeTopics(List.of(Topics.LOOPBACK_BY_HOST))
                        .allTopicNames()
                        .get()
                        .get(Topics.LOOPBACK_BY_HOST)
                        .partitions())
                .hasSize(PARTITIONS);
    }

    @Test
    void anInstanceThatIsKilledNeitherLosesNorDoublesAnything() throws Exception {
        create("killed", 1);
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
        try (var one = start("one", args);
                var rows = new Rows("host-k")) {
            await("the first instance works", () -> partitionsByMember("killed").containsValue(1));
            for (int round = 0; round < 4; round++) {
                sendRound("killed", "host-k", round);
            }
            await("it has printed a row", () -> !one.stdout().isEmpty());
            one.signal("KILL").exitCode();
            try (var two = start("two", args)) {
                rows.readRounds(4);
                assertThat(two.signal("TERM").exitCode()).isZero();
            }
        }
    }

    @Test
    void oneOfThreeIsKilledAndAnotherJoinsAndEverySumIsExact() throws Exception {
        create("three", PARTITIONS);
        String[] args = {
            "--topic",
            "three",
            "--application-id",
            "three",
            "--grace",
            "30s",
            "--json",
            "-K",
            "session.timeout.ms=6000",
            "-K",
            "heartbeat.interval.ms=300"
        };
        try (var one = start("one", args);
                var two = start("two", args);
                var three = start("three", args);
                var rows = new Rows("host-t")) {
            await(
                    "all three have partitions",
                    () -> partitionsByMember("three").size() == 3
                            && partitionsByMember("three").values().stream().allMatch(count -> count > 0));
            sendRound("three", "host-t", 0);
            sendRound("three", "host-t", 1);
            await("the first has printed a row", () -> !one.stdout().isEmpty());
            one.signal("KILL").exitCode();
            try (var four = start("four", args)) {
                sendRound("three", "host-t", 2);
                sendRound("three", "host-t", 3);
                rows.readRounds(4);
                for (var job : List.of(two, three, four)) {
                    assertThat(job.signal("TERM").exitCode()).isZero();
                }
            }
            rows.readRounds(4);
        }
    }

    @Test
    void aRecordThatIsNoEventGoesToTheDeadLettersAndTheRowsSayWhatTheLedgersSay() throws Exception {
        create("poisoned", 1);
        byte[] event = new AvroSerializer<NetifReceive>().serialize("poisoned", event("host-p", 0, T0));
        byte[] truncated = Arrays.copyOf(event, event.length - 1);
        byte[] unknown = event.clone();
        unknown[4]++;
        byte[] ledger = new AvroSerializer<AgentLedger>()
                .serialize("ledgers", SomeEvents.ledger("host-p", 1, SessionState.STOPPED, 7, 3));
        String[] args = {
            "--topic",
            "poisoned",
            "--application-id",
            "poisoned",
            "--dead-letter-topic",
            "dead",
            "--ledger-topic",
            "ledgers"
        };
        try (var job = start("poisoned", args);
                var producer = new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            await("it works", () -> partitionsByMember("poisoned").containsValue(1));
            producer.send(new ProducerRecord<>("ledgers", "host-p/2", new byte[] {1}))
                    .get();
            producer.send(new ProducerRecord<>("ledgers", "host-p/1", ledger)).get();
            Thread.sleep(1000); // for the thread that reads ledgers, which nothing waits for
            for (byte[] bytes : List.of(new byte[] {1, 2, 3}, event, truncated, unknown)) {
                producer.send(new ProducerRecord<>("poisoned", "host-p", bytes)).get();
            }
            await("the event is counted", () -> job.stdout().size() == 2);
            assertThat(job.stdout().get(1)).startsWith("host-p ").contains(" 100.00 % ");
            await("it names the second", () -> said(job, "not an event: poisoned partition 0 offset 2") == 1);
            assertThat(job.signal("TERM").exitCode()).isZero();
            assertThat(said(job, "3 records of poisoned were not events; they are in dead"))
                    .isEqualTo(1);
            assertThat(said(job, "WARN")).isEqualTo(3);
            var ledgers = new ConfigResource(ConfigResource.Type.TOPIC, "ledgers");
            assertThat(admin.describeConfigs(List.of(ledgers))
                            .all()
                            .get()
                            .get(ledgers)
                            .get("cleanup.policy")
                            .value())
                    .as("as the agent makes it")
                    .isEqualTo("compact");
        }
        var settings = Map.<String, Object>of(
                "bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partition = List.of(new TopicPartition("dead", 0));
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            List<byte[]> letters = new ArrayList<>();
            await("all dead letters are committed", () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(letter -> letters.add(letter.value()));
                return letters.size() >= 3;
            });
            assertThat(letters).containsExactly(new byte[] {1, 2, 3}, truncated, unknown);
        }
        try (var json = start(
                        "again",
                        Stream.concat(Stream.of(args), Stream.of("--json")).toArray(String[]::new));
                var producer = new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers()),
                        new StringSerializer(),
                        new AvroSerializer<NetifReceive>())) {
            producer.send(new ProducerRecord<>("poisoned", "host-p", event("host-p", 1, T0)))
                    .get();
            await("a second event is counted", () -> !json.stdout().isEmpty());
            assertThat(json.stdout().get(0))
                    .contains("\"packets\": 2, ", "\"agentState\": \"STOPPED\"", "\"ring_full\": 7", "\"waiting\": 3");
        }
    }

    @Test
    void aMissingTopicIsWaitedForInOneLine() throws Exception {
        try (var job = start("waiting", "--topic", "later", "--application-id", "waiting")) {
            await("the wait is announced", () -> job.stderr().size() == 1);
            assertThat(job.stderr().get(0)).contains("waiting for the topic later");
            create("later", 1);
            sendRound("later", "host-l", 0);
            await("rows are printed", () -> job.stdout().size() > HOSTS);
            assertThat(job.stdout().get(0)).startsWith("HOST ");
            assertThat(String.join("\n", job.stdout())).doesNotContain("\033");
            assertThat(job.signal("TERM").exitCode()).isZero();
        }
    }

    @Test
    void aSignalEndsTheWaitForATopic() throws Exception {
        try (var job = start("waiting", "--topic", "never", "--application-id", "never")) {
            await("the wait is announced", () -> job.stderr().size() == 1);
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
            await("it is connected", () -> said(job, "connected to Kafka at " + own.bootstrapServers()) == 1);
            own.close();
            await("it reports the loss", () -> said(job, "no connection to Kafka at " + own.bootstrapServers()) == 1);
            // 1, and why, if it went just before a commit; 0 if there was nothing left to write.
            if (job.signal("TERM").exitCode() != 0) {
                assertThat(said(job, "loopback-by-host: the last sums were not written within 3 s;"))
                        .isEqualTo(1);
            }
            assertThat(said(job, "no connection")).isEqualTo(1);
        } finally {
            own.close();
        }
    }

    private static long said(JobProcess job, String words) {
        return job.stderr().stream().filter(line -> line.contains(words)).count();
    }

    private JobProcess start(String name, String... args) throws Exception {
        var all = Stream.concat(Stream.of("--bootstrap-servers", kafka.bootstrapServers()), Stream.of(args));
        return new JobProcess(folder, name, all.toArray(String[]::new));
    }

    private static void create(String topic, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all()
                .get();
    }

    /**
     * Of each host, numbers from round * EVENTS on, 25 s a round. The first and the sixth are lost; that the first of the
     * second round is, and what its first window already held, is known only to a job that kept its state. The eighth comes
     * twice, and so does, in the round after its own, the last. From the third round on, one comes that is later than the grace of 30 s.
     */
    private static void sendRound(String topic, String hosts, int round) {
        var settings = Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", 20);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new AvroSerializer<NetifReceive>())) {
            int first = round * EVENTS;
            var numbers = IntStream.range(first, first + EVENTS)
                    .filter(seq -> seq != first && seq != first + 5)
                    .flatMap(seq -> seq == first + 7 ? IntStream.of(seq, seq) : IntStream.of(seq));
            var again = round == 0 ? IntStream.empty() : IntStream.of(first - 1);
            IntStream.concat(numbers, again).forEach(seq -> sendToAll(producer, topic, hosts, seq));
            if (round >= 2) {
                sendToAll(producer, topic, hosts, 0); // the very first, which nobody has seen
            }
        }
    }

    private static void sendToAll(KafkaProducer<String, NetifReceive> producer, String topic, String hosts, int seq) {
        Instant timestamp = T0.plus(Duration.ofSeconds(25).multipliedBy(seq).dividedBy(EVENTS));
        for (int host = 0; host < HOSTS; host++) {
            String name = hosts + host;
            producer.send(new ProducerRecord<>(topic, name, event(name, seq, timestamp)));
        }
    }

    private static NetifReceive event(String host, long seq, Instant timestamp) {
        return new NetifReceive(
                host, 1L, 0, seq, timestamp, Hook.KPROBE, "lo", 1, 4026531840L, 0L, 100, 0, 0, "ping", 2048);
    }

    private static Map<String, Integer> partitionsByMember(String group) {
        try {
            return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().stream()
                    .collect(Collectors.toMap(
                            member -> member.consumerId(),
                            member -> member.assignment().topicPartitions().size()));
        } catch (Exception e) {
            return Map.of(); // the group does not exist yet
        }
    }

    private static Set<String> hosts(JobProcess job) {
        return job.stdout().stream()
                .map(line -> line.replaceAll("^\\{\"host\": \"([^\"]+)\".*", "$1"))
                .collect(Collectors.toSet());
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadlineNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 60 s until " + what).isLessThan(deadlineNs);
            Thread.sleep(100);
        }
    }

    /** The output topic from its begin, folded to the newest row of each host and window, of hosts with one prefix. */
    private static final class Rows implements AutoCloseable {
        private final String hosts;
        private final Map<List<Object>, LoopbackByHost> newest = new HashMap<>();
        private final KafkaConsumer<String, LoopbackByHost> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new AvroDeserializer<>(LoopbackByHost.class));

        Rows(String hosts) {
            this.hosts = hosts;
        }

        /** Waits until all of so many rounds is in the rows, and sees that they hold exactly that. */
        void readRounds(int rounds) throws InterruptedException {
            long packets = HOSTS * rounds * (EVENTS - 2L);
            long duplicates = HOSTS * (2L * rounds - 1);
            long late = HOSTS * Math.max(0L, rounds - 2);
            await(rounds + " rounds are in the rows", () -> {
                if (consumer.assignment().isEmpty()) {
                    consumer.assign(consumer.partitionsFor(Topics.LOOPBACK_BY_HOST).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList());
                    consumer.seekToBeginning(consumer.assignment());
                }
                consumer.poll(Duration.ofMillis(200)).forEach(record -> take(record.value()));
                return sum(LoopbackByHost::getPackets) >= packets
                        && sum(LoopbackByHost::getDuplicates) >= duplicates
                        && sum(LoopbackByHost::getLate) >= late;
            });
            assertThat(sum(LoopbackByHost::getPackets)).isEqualTo(packets);
            assertThat(sum(LoopbackByHost::getEvents)).isEqualTo(packets);
            assertThat(sum(LoopbackByHost::getBytes)).isEqualTo(100 * packets);
            assertThat(sum(LoopbackByHost::getMissing)).isEqualTo(HOSTS * (2L * rounds - 1));
            assertThat(sum(LoopbackByHost::getDuplicates)).isEqualTo(duplicates);
            assertThat(sum(LoopbackByHost::getLate)).isEqualTo(late);
            assertThat(newest.values()).allSatisfy(row -> assertThat(row.getHistogram().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(row.getPackets()));
        }

        private void take(LoopbackByHost row) {
            if (row.getHost().startsWith(hosts)) {
                newest.put(List.of(row.getHost(), row.getWindowStart()), row);
            }
        }

        private long sum(ToLongFunction<LoopbackByHost> column) {
            return newest.values().stream().mapToLong(column).sum();
        }

        @Override
        public void close() {
            consumer.close();
        }
    }
}
