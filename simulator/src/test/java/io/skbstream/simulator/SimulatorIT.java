package io.skbstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.NetifReceive;
import io.skbstream.embeddedkafka.EmbeddedKafka;
import io.skbstream.schemas.AvroDeserializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The runnable jar against a real broker: what it says it sent is what a plain consumer finds. */
@Timeout(900)
class SimulatorIT {
    private static final long WINDOW_MS = 5_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(180);

    private static EmbeddedKafka kafka;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startKafka() throws IOException {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    @Test
    void aPlainConsumerFindsExactlyTheTruth() throws Exception {
        try (var simulator =
                simulate("all", "--duration", "90s", "--speed", "0", "--too-late", "0.01", "--grace", "30s")) {
            assertThat(simulator.exitCode()).as("%s", simulator.stderr()).isZero();
            List<String> lines = Files.readAllLines(folder.resolve("all"));
            assertThat(simulator.stdout()).containsExactly(lines.get(lines.size() - 1));
            TruthLines truth = assertTopicsEqualTruth("all", Duration.ofSeconds(30));
            for (String what : List.of("missing", "duplicates", "late", "too_late", "restarts", "trailing")) {
                assertThat(truth.total.get(what).asLong()).as(what).isPositive();
            }
        }
    }

    @Test
    void whatIsTooLateForAJobWithAGraceOfAnHourIsOfThePastToo() throws Exception {
        try (var simulator =
                simulate("hour", "--duration", "20s", "--speed", "0", "--too-late", "0.05", "--grace", "1h")) {
            assertThat(simulator.exitCode()).as("%s", simulator.stderr()).isZero();
            TruthLines truth = assertTopicsEqualTruth("hour", Duration.ofHours(1));
            assertThat(truth.total.get("too_late").asLong()).isPositive();
            long skewMs = 1000;
            read("hour", record -> assertThat(record.timestamp()).isLessThan(System.currentTimeMillis() + skewMs));
        }
    }

    @Test
    void theSameSeedGivesTheSameTruthAtAnySpeed() throws Exception {
        Instant start = Instant.now().minus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MINUTES);
        String[] run = {"--duration", "4s", "--start", start.plusSeconds(3).toString(), "--speed"};
        try (var quick = simulate("quick", append(run, "0"));
                var paced = simulate("paced", append(run, "2"))) {
            assertThat(quick.exitCode()).as("%s", quick.stderr()).isZero();
            assertThat(paced.exitCode()).as("%s", paced.stderr()).isZero();
            assertThat(folder.resolve("quick")).hasSameTextualContentAs(folder.resolve("paced"));
        }
    }

    @Test
    void aRunThatIsInterruptedEndsInOrderAndTellsTheTruthAboutWhatItSent() throws Exception {
        try (var simulator = simulate("interrupted", "--duration", "1h")) {
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            while (recordsIn("interrupted") < 1000 && System.nanoTime() < deadline) {
                Thread.sleep(100);
            }
            assertThat(simulator.signal("INT").exitCode())
                    .as("%s", simulator.stderr())
                    .isZero();
            TruthLines truth = assertTopicsEqualTruth("interrupted", Duration.ofMinutes(1));
            assertThat(truth.total.get("records").asLong()).isGreaterThanOrEqualTo(1000);
        }
    }

    @Test
    void whatKafkaDoesNotTakeEndsTheRunWithoutATruth() throws Exception {
        try (var simulator = simulate("refused", "--speed", "0", "-K", "max.request.size=100")) {
            assertThat(simulator.exitCode()).isEqualTo(1);
            assertThat(simulator.stderr())
                    .last()
                    .asString()
                    .startsWith("simulate: Kafka did not take a record: The message is ")
                    .endsWith("; what is in the topic is not the whole run, and no truth is written;"
                            + " begin anew with an empty topic");
            assertThat(simulator.stdout()).isEmpty();
            try (var left = Files.list(folder)) {
                assertThat(left.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder("refused.out", "refused.err", SimulatorProcess.TEMPORARY);
            }
        }
    }

    @Test
    void ofABatchTheRecordIsNamedThatKafkaDidNotTake() throws Exception {
        String inAlmostAnHour = Instant.now().plus(Duration.ofMinutes(59)).toString();
        try (var simulator = simulate("ahead", "--speed", "0", "--duration", "1h", "--start", inAlmostAnHour)) {
            assertThat(simulator.exitCode()).isEqualTo(1);
            assertThat(simulator.stderr())
                    .last()
                    .asString()
                    .matches(
                            "simulate: Kafka did not take a record: Timestamp \\d+ of message .* is out of range\\. .*;"
                                    + " if that is for its time, give another --start, and an empty topic");
        }
    }

    /** 50 hosts in all kinds of trouble; topics and the truth's file have the run's name. */
    private SimulatorProcess simulate(String name, String... more) throws IOException {
        List<String> args = new ArrayList<>(
                List.of(("--bootstrap-servers %s --topic %s --ledger-topic %s-ledger --partitions 3 --seed 5 --hosts 50"
                                + " --rate 2000 --window 5s --loss 0.02 --duplicates 0.02 --late 0.05 --restarts 0.5"
                                + " --truth %s")
                        .formatted(kafka.bootstrapServers(), name, name, folder.resolve(name))
                        .split(" ")));
        args.addAll(List.of(more));
        return new SimulatorProcess(folder, name, args.toArray(String[]::new));
    }

    private TruthLines assertTopicsEqualTruth(String name, Duration grace) throws IOException {
        var oracle = new Oracle(WINDOW_MS, grace.toMillis());
        var events = new AvroDeserializer<>(NetifReceive.class);
        read(name, record -> {
            NetifReceive event = events.deserialize(name, record.value());
            assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo(event.getHost());
            assertThat(record.timestamp()).isEqualTo(event.getTimestamp().toEpochMilli());
            oracle.read(record.partition(), event);
        });
        var ledgers = new AvroDeserializer<>(AgentLedger.class);
        read(name + "-ledger", record -> {
            AgentLedger ledger = ledgers.deserialize(name, record.value());
            assertThat(new String(record.key(), StandardCharsets.UTF_8))
                    .isEqualTo(ledger.getHost() + '/' + ledger.getSession());
            oracle.read(ledger);
        });
        var truth = new TruthLines(Files.readAllLines(folder.resolve(name)));
        assertThat(oracle.contradictions()).isEmpty();
        assertThat(oracle.windows()).isEqualTo(truth.windows);
        assertThat(oracle.lastWords().keySet()).isEqualTo(truth.sessions.keySet());
        truth.sessions.forEach((id, session) -> {
            assertThat(oracle.distinct(id)).as("events of %s", id).isEqualTo(session.events());
            assertThat(oracle.lastWords().get(id).getAcked())
                    .as("acked of %s", id)
                    .isEqualTo(session.events());
            assertThat(oracle.trailing(id)).as("trailing of %s", id).isEqualTo(session.trailing());
        });
        return truth;
    }

    private interface Reader {
        void read(ConsumerRecord<byte[], byte[]> record);
    }

    private static void read(String topic, Reader reader) {
        try (var consumer = consumer()) {
            List<TopicPartition> partitions = partitionsOf(consumer, topic);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                assertThat(System.nanoTime()).as("time to read %s", topic).isLessThan(deadline);
                consumer.poll(Duration.ofMillis(100)).forEach(reader::read);
            }
        }
    }

    private static long recordsIn(String topic) {
        try (var consumer = consumer()) {
            return consumer.endOffsets(partitionsOf(consumer, topic)).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    private static List<TopicPartition> partitionsOf(KafkaConsumer<?, ?> consumer, String topic) {
        return consumer.listTopics().getOrDefault(topic, List.of()).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    private static KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static String[] append(String[] args, String last) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add(last);
        return all.toArray(String[]::new);
    }
}
