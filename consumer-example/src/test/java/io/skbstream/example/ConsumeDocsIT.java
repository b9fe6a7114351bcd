package io.skbstream.example;

import static io.skbstream.example.ConsumeTopics.HUGE;
import static io.skbstream.example.ConsumeTopics.HUGE_EVENT;
import static io.skbstream.example.ConsumeTopics.PARTITIONS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.skbstream.avro.Hook;
import io.skbstream.avro.NetifReceive;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/consume.md tells people without Java to type, taken from there and run as they would, against a real broker. */
@Timeout(900)
class ConsumeDocsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static Cluster cluster;
    private static ConsumeTopics topics;
    private static ConsumePage page;

    @BeforeAll
    static void fillTheTopics() throws Exception {
        cluster = Cluster.start(
                Map.of("auto.create.topics.enable", "true")); // as most brokers: a reader must not cause it
        topics = new ConsumeTopics(cluster, folder);
        page = new ConsumePage(folder, cluster.bootstrapServers());
    }

    @AfterAll
    static void stopKafka() throws Exception {
        cluster.close();
    }

    @Test
    void everyNamedBlockOfThePageIsRunHere() {
        assertThat(page.blocks.keySet())
                .containsExactlyInAnyOrder(
                        "kcat-records-per-host",
                        "kcat-first",
                        "kcat-fingerprint",
                        "kcat-committed-rows",
                        "kcat-json",
                        "node-install",
                        "mine.mjs",
                        "loopback",
                        "bridge");
    }

    @Test
    void kcatCountsTheRecordsOfEachHostAndShowsKeysTimesAndFingerprints() throws Exception {
        ConsumePage.assumeKcat();
        Map<String, Long> perHost =
                topics.events().stream().collect(Collectors.groupingBy(ConsumerRecord::key, Collectors.counting()));
        assertThat(page.run("kcat-records-per-host")).isEqualTo(counts(perHost));

        assertThat(page.run("kcat-fingerprint"))
                .containsExactly(
                        Files.readAllLines(ConsumePage.REPOSITORY.resolve("schemas/history/netif-receive-1.hex"))
                                .get(1));
        var first = topics.events().stream()
                .filter(original -> original.partition() == 0)
                .limit(3)
                .map(original -> "%d %s 0:%d %d bytes"
                        .formatted(original.timestamp(), original.key(), original.offset(), original.value().length));
        assertThat(page.run("kcat-first")).containsExactlyElementsOf(first.toList());
    }

    @Test
    void kcatShowsCommittedRowsOnly() throws Exception {
        ConsumePage.assumeKcat();
        assertThat(page.run("kcat-committed-rows")).isEqualTo(counts(Map.of("committed", 2L)));
    }

    @Test
    void nodeSumsUpWhatTheTruthSaysAndCountsBeyondTheDoubles() throws Exception {
        try (var job = page.node("loopback", page.blocks.get("loopback"))) {
            List<String> expected = topics.sums();
            Cluster.await("all is summed up", () -> job.stdout().containsAll(expected));
            assertThat(job.signal("INT").exitCode()).as("%s", job.stderr()).isZero();
            assertThat(job.stderr()).isEmpty();
            int lines = job.stdout().size();
            assertThat(job.stdout().subList(lines - expected.size(), lines))
                    .as("the last words")
                    .isEqualTo(expected);
        }
    }

    @Test
    void aConsumerOfOnesOwnGetsEveryFieldAndGoesOnWhereItWas() throws Exception {
        try (var first = page.node("first", "exec node mine.mjs")) {
            Cluster.await(
                    "all is read",
                    () -> cluster.committed("my-group") == topics.events().size());
            assertThat(first.signal("TERM").exitCode()).as("%s", first.stderr()).isZero();
            assertThat(first.stdout())
                    .contains("huge 9223372036854775807/7/9007199254740993 KPROBE 84 bytes")
                    .hasSize((int) topics.events().stream()
                            .map(ConsumeDocsIT::decoded)
                            .filter(event -> event.getDevice().equals("lo"))
                            .count());
        }
        try (var second = page.node("second", "exec node mine.mjs")) {
            Cluster.await("the second has joined", () -> cluster.partitionsByMember("my-group")
                    .containsValue(PARTITIONS));
            assertThat(second.signal("INT").exitCode()).isZero();
            assertThat(second.stdout()).isEmpty();
        }
    }

    @Test
    void aNewerSchemaIsResolvedAndWhatIsNoRecordIsNamedAndPassedBy() throws Exception {
        Path installed = page.installed();
        Files.writeString(
                installed.resolve("history/netif-receive-2.avsc"),
                ConsumeTopics.newerSchema().toString());
        try (var job = page.node("odd", "exec node json.mjs odd")) {
            Cluster.await("all is printed", () -> job.stdout().size() == 2);
            assertThat(job.signal("INT").exitCode()).as("%s", job.stderr()).isZero();
            assertThat(job.stdout()).containsExactly(json(HUGE_EVENT), json(ConsumeTopics.huge(HUGE, Hook.UNKNOWN)));
            assertThat(job.stderr())
                    .containsExactly(
                            "odd partition 0 offset 0: no Avro single-object encoding",
                            "odd partition 0 offset 1: no Avro single-object encoding",
                            "odd partition 0 offset 2: unknown schema 0807060504030201: history/ has to be newer");
        } finally {
            Files.delete(installed.resolve("history/netif-receive-2.avsc"));
        }
    }

    @Test
    void nodePrintsCommittedRowsOnly() throws Exception {
        try (var job = page.node("rows", "exec node json.mjs " + Topics.LOOPBACK_BY_HOST)) {
            Cluster.await("both rows are there", () -> job.stdout().size() == 2);
            assertThat(job.signal("INT").exitCode()).as("%s", job.stderr()).isZero();
            List<Long> packets = new ArrayList<>();
            for (String line : job.stdout()) {
                packets.add(JSON.readTree(line).get("packets").asLong());
            }
            assertThat(packets).containsExactlyInAnyOrder(HUGE, 2L);
        }
    }

    @Test
    void theBridgeCopiesEveryRecordOnceAsJsonThatAnythingReads() throws Exception {
        String group = "json-of-" + Topics.NETIF_RECEIVE;
        String target = Topics.NETIF_RECEIVE + ".json";
        for (String name : List.of("bridge", "bridge-again")) {
            try (var bridge = page.node(name, "exec " + page.blocks.get("bridge"))) {
                Cluster.await(
                        "all is copied and committed",
                        () -> cluster.committed(group) == topics.events().size()
                                && cluster.partitionsByMember(group).containsValue(PARTITIONS));
                assertThat(bridge.signal("TERM").exitCode())
                        .as("%s", bridge.stderr())
                        .isZero();
                assertThat(bridge.stderr()).noneMatch(line -> line.contains("partition 0 offset"));
            }
        }
        var expected = topics.events().stream()
                .map(record -> copy(record, json(decoded(record))))
                .toList();
        assertThat(topics.records(target).stream().map(record -> copy(record, text(record.value()))))
                .containsExactlyInAnyOrderElementsOf(expected);
        if (ConsumePage.has("kcat")) {
            assertThat(page.run("kcat-json"))
                    .containsExactlyInAnyOrderElementsOf(topics.events().stream()
                            .map(record -> json(decoded(record)))
                            .toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"json.mjs nowhere", "json.mjs nowhere nowhere.json", "mine.mjs"})
    void aMissingTopicIsNamedAndNotCreated(String program) throws Exception {
        Path mine = page.installed().resolve("mine.mjs");
        String whole = Files.readString(mine);
        Files.writeString(mine, whole.replace(Topics.NETIF_RECEIVE, "nowhere"));
        try (var job = page.node("missing", "exec node " + program)) {
            assertThat(job.exitCode()).isEqualTo(1);
            assertThat(job.stderr()).containsExactly("there is no topic nowhere; start what writes to it first");
            assertThat(job.stdout()).isEmpty();
            assertThat(cluster.admin().listTopics().names().get()).doesNotContain("nowhere", "nowhere.json");
        } finally {
            Files.writeString(mine, whole);
        }
    }

    private static NetifReceive decoded(ConsumerRecord<String, byte[]> original) {
        return new AvroDeserializer<>(NetifReceive.class).deserialize(original.topic(), original.value());
    }

    private static String json(NetifReceive event) {
        return JSON.createObjectNode()
                .put("host", event.getHost())
                .put("session", event.getSession())
                .put("cpu", event.getCpu())
                .put("seq", event.getSeq())
                .put("timestamp", ConsumeTopics.nanos(event))
                .put("hook", event.getHook().name())
                .put("device", event.getDevice())
                .put("ifindex", event.getIfindex())
                .put("netns", event.getNetns())
                .put("skb", event.getSkb())
                .put("len", event.getLen())
                .put("pid", event.getPid())
                .put("tid", event.getTid())
                .put("comm", event.getComm())
                .put("protocol", event.getProtocol())
                .toString();
    }

    private static List<Object> copy(ConsumerRecord<String, byte[]> record, String value) {
        return List.of(record.partition(), record.key(), record.timestamp(), value);
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    /** As uniq -c prints them. */
    private static List<String> counts(Map<String, Long> counts) {
        return new TreeMap<>(counts)
                .entrySet().stream()
                        .map(count -> "%7d %s".formatted(count.getValue(), count.getKey()))
                        .toList();
    }
}
