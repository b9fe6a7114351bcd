package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skbstream.avro.Hook;
import io.skbstream.avro.NetifReceive;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.AvroSerializer;
import io.skbstream.schemas.SingleObject;
import io.skbstream.schemas.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/consume.md tells people without Java to type, taken from there and run as they would, against a real broker. */
@Timeout(180)
class ConsumeDocsIT {
    private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();
    private static final Path DOCS = REPOSITORY.resolve("docs/consume.md");
    private static final int PARTITIONS = 3;

    /** The first number that a double, and so JavaScript's own number, does not have, and two further. */
    private static final long HUGE = (1L << 53) + 1;

    private static final Instant HUGE_TIME = Instant.ofEpochSecond(1_790_000_001L, 123_456_789L);
    private static final NetifReceive HUGE_EVENT = huge(HUGE, Hook.KPROBE);

    /** By the name behind their language. */
    private static final Map<String, String> BLOCKS = new TreeMap<>();

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static Cluster cluster;
    private static List<JsonNode> truth;

    /** A simulated fleet in all kinds of trouble, an event with huge numbers, rows in transactions. */
    @BeforeAll
    static void fillTheTopics() throws Exception {
        var fence = Pattern.compile("^```\\w+ (\\S+)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
        fence.matcher(Files.readString(DOCS)).results().forEach(block -> BLOCKS.put(block.group(1), block.group(2)));
        cluster = Cluster.start();
        for (String topic : List.of(Topics.NETIF_RECEIVE, Topics.LOOPBACK_BY_HOST, "odd")) {
            cluster.create(topic, topic.equals("odd") ? 1 : PARTITIONS);
        }
        simulateAFleet();
        try (var producer = producer(Map.of("compression.type", "lz4"))) {
            producer.send(event(Topics.NETIF_RECEIVE, HUGE_EVENT));
            producer.send(event(Topics.NETIF_RECEIVE, huge(HUGE + 2, Hook.KPROBE)));
            sendOddities(producer);
        }
        sendRows();
    }

    @AfterAll
    static void stopKafka() {
        cluster.close();
    }

    @Test
    void everyNamedBlockOfThePageIsRunHere() {
        assertThat(BLOCKS.keySet())
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
        assumeKcat();
        Map<String, Long> perHost =
                originals().stream().collect(Collectors.groupingBy(ConsumerRecord::key, Collectors.counting()));
        assertThat(run("kcat-records-per-host")).isEqualTo(counts(perHost));

        assertThat(run("kcat-fingerprint"))
                .containsExactly(Files.readAllLines(REPOSITORY.resolve("schemas/history/netif-receive-1.hex"))
                        .get(1));
        var first = originals().stream()
                .filter(original -> original.partition() == 0)
                .limit(3)
                .map(original -> "%d %s 0:%d %d bytes"
                        .formatted(original.timestamp(), original.key(), original.offset(), original.value().length));
        assertThat(run("kcat-first")).containsExactlyElementsOf(first.toList());
    }

    @Test
    void kcatShowsCommittedRowsOnly() throws Exception {
        assumeKcat();
        assertThat(run("kcat-committed-rows")).isEqualTo(counts(Map.of("committed", 2L)));
    }

    @Test
    void nodeSumsUpWhatTheTruthSaysAndCountsBeyondTheDoubles() throws Exception {
        try (var job = node("loopback", BLOCKS.get("loopback"))) {
            List<String> expected = sums();
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
        try (var first = node("first", "exec node mine.mjs")) {
            Cluster.await(
                    "all is read",
                    () -> cluster.committed("my-group") == originals().size());
            assertThat(first.signal("TERM").exitCode()).as("%s", first.stderr()).isZero();
            assertThat(first.stdout())
                    .contains("huge 9223372036854775807/7/9007199254740993 KPROBE 84 bytes")
                    .hasSize((int) originals().stream()
                            .map(ConsumeDocsIT::decoded)
                            .filter(event -> event.getDevice().equals("lo"))
                            .count());
        }
        try (var second = node("second", "exec node mine.mjs")) {
            Cluster.await("the second has joined", () -> cluster.partitionsByMember("my-group")
                    .containsValue(PARTITIONS));
            assertThat(second.signal("INT").exitCode()).isZero();
            assertThat(second.stdout()).isEmpty();
        }
    }

    @Test
    void aNewerSchemaIsResolvedAndWhatIsNoRecordIsNamedAndPassedBy() throws Exception {
        Path installed = installed();
        Files.writeString(
                installed.resolve("history/netif-receive-2.avsc"), newerSchema().toString());
        try (var job = node("odd", "exec node json.mjs odd")) {
            Cluster.await("all is printed", () -> job.stdout().size() == 2);
            assertThat(job.signal("INT").exitCode()).as("%s", job.stderr()).isZero();
            assertThat(job.stdout()).containsExactly(json(HUGE_EVENT), json(huge(HUGE, Hook.UNKNOWN)));
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
        try (var job = node("rows", "exec node json.mjs " + Topics.LOOPBACK_BY_HOST)) {
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
            try (var bridge = node(name, "exec " + BLOCKS.get("bridge"))) {
                Cluster.await(
                        "all is copied and committed",
                        () -> cluster.committed(group) == originals().size()
                                && cluster.partitionsByMember(group).containsValue(PARTITIONS));
                assertThat(bridge.signal("TERM").exitCode())
                        .as("%s", bridge.stderr())
                        .isZero();
                assertThat(bridge.stderr()).noneMatch(line -> line.contains("partition 0 offset"));
            }
        }
        var expected = originals().stream()
                .map(record -> copy(record, json(decoded(record))))
                .toList();
        assertThat(records(target).stream().map(record -> copy(record, text(record.value()))))
                .containsExactlyInAnyOrderElementsOf(expected);
        if (has("kcat")) {
            assertThat(run("kcat-json"))
                    .containsExactlyInAnyOrderElementsOf(originals().stream()
                            .map(record -> json(decoded(record)))
                            .toList());
        }
    }

    // ---- What is sent ----

    private static void simulateAFleet() throws Exception {
        Path file = folder.resolve("truth");
        String[] args = ("--hosts 12 --rate 500 --duration 30s --speed 0 --loss 0.02 --duplicates 0.02 --late 0.05"
                        + " --restarts 0.5 --bootstrap-servers "
                        + cluster.kafka().bootstrapServers() + " --truth "
                        + file)
                .split(" ");
        try (var simulator = JobProcess.simulator(folder, "simulator", args)) {
            assertThat(simulator.exitCode()).as("%s", simulator.stderr()).isZero();
        }
        truth = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            truth.add(JSON.readTree(line));
        }
    }

    /** The lines that loopback.mjs must print in the end. */
    private static List<String> sums() {
        Map<String, long[]> byHost = new TreeMap<>();
        String[] names = {"packets", "bytes", "missing", "duplicates"};
        for (JsonNode window : truth) {
            if (window.get("kind").asText().equals("window")) {
                long[] sums = byHost.computeIfAbsent(window.get("host").asText(), host -> new long[names.length]);
                Arrays.setAll(sums, i -> sums[i] + window.path(names[i]).asLong());
            }
        }
        assertThat(byHost).hasSize(12);
        assertThat(byHost.values()).anyMatch(sums -> sums[2] > 0).anyMatch(sums -> sums[3] > 0);
        byHost.put("huge", new long[] {2, 168, HUGE + 1, 0});
        return byHost.entrySet().stream()
                .map(sums -> "%s: %d packets, %d bytes, %d missing, %d duplicates"
                        .formatted(
                                sums.getKey(),
                                sums.getValue()[0],
                                sums.getValue()[1],
                                sums.getValue()[2],
                                sums.getValue()[3]))
                .toList();
    }

    private static NetifReceive huge(long seq, Hook hook) {
        return NetifReceive.newBuilder()
                .setHost("huge")
                .setSession(Long.MAX_VALUE)
                .setCpu(7)
                .setSeq(seq)
                .setTimestamp(HUGE_TIME)
                .setHook(hook)
                .setDevice("lo")
                .setIfindex(1)
                .setNetns(HUGE)
                .setSkb(Long.MIN_VALUE)
                .setLen(84)
                .setPid(4711)
                .setTid(4712)
                .setComm("p\u00efng \"\\\u0001")
                .setProtocol(2048)
                .build();
    }

    /** A tombstone, garbage, a schema that nobody knows; then an event, and one of a schema that is yet to come. */
    private static void sendOddities(KafkaProducer<String, byte[]> producer) throws IOException {
        producer.send(new ProducerRecord<>("odd", "huge", null));
        producer.send(new ProducerRecord<>("odd", "huge", new byte[] {1, 2, 3}));
        producer.send(new ProducerRecord<>("odd", "huge", HexFormat.of().parseHex("c301010203040506070800")));
        producer.send(event("odd", HUGE_EVENT));

        Schema schema = newerSchema();
        var event = new GenericData.Record(schema);
        HUGE_EVENT
                .getSchema()
                .getFields()
                .forEach(field -> event.put(
                        field.name(),
                        field.name().equals("timestamp") ? nanos(HUGE_EVENT) : HUGE_EVENT.get(field.pos())));
        event.put("hook", new GenericData.EnumSymbol(schema.getField("hook").schema(), "XDP"));
        event.put("queue", HUGE);
        var bytes = new ByteArrayOutputStream();
        bytes.write(SingleObject.header(schema));
        var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new GenericDatumWriter<GenericData.Record>(schema, new GenericData()).write(event, encoder);
        producer.send(new ProducerRecord<>("odd", "huge", bytes.toByteArray()));
    }

    /** With a symbol and a field more. */
    private static Schema newerSchema() throws IOException {
        var json = (ObjectNode) JSON.readTree(
                REPOSITORY.resolve("schemas/history/netif-receive-1.avsc").toFile());
        for (JsonNode field : json.withArray("fields")) {
            if (field.get("name").asText().equals("hook")) {
                ((ObjectNode) field.get("type")).withArray("symbols").add("XDP");
            }
        }
        json.withArray("fields")
                .addObject()
                .put("name", "queue")
                .put("type", "long")
                .put("default", 0);
        return new Schema.Parser().parse(json.toString());
    }

    private static void sendRows() {
        try (var producer = producer(Map.of("transactional.id", "rows"))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(row("committed", HUGE));
            producer.send(row("committed", 2));
            producer.commitTransaction();
            producer.beginTransaction();
            producer.send(row("aborted", 3));
            producer.flush();
            producer.abortTransaction();
        }
    }

    private static ProducerRecord<String, byte[]> row(String host, long packets) {
        byte[] value = new AvroSerializer<>()
                .serialize("", SomeEvents.row(host, 0).setPackets(packets).build());
        return new ProducerRecord<>(Topics.LOOPBACK_BY_HOST, host, value);
    }

    private static ProducerRecord<String, byte[]> event(String topic, NetifReceive event) {
        return new ProducerRecord<>(
                topic,
                null,
                event.getTimestamp().toEpochMilli(),
                event.getHost(),
                new AvroSerializer<NetifReceive>().serialize(topic, event));
    }

    private static KafkaProducer<String, byte[]> producer(Map<String, Object> more) {
        return new KafkaProducer<>(cluster.settings(more), new StringSerializer(), new ByteArraySerializer());
    }

    // ---- What must come out ----

    private static NetifReceive decoded(ConsumerRecord<String, byte[]> original) {
        return new AvroDeserializer<>(NetifReceive.class).deserialize(original.topic(), original.value());
    }

    private static long nanos(NetifReceive event) {
        Instant time = event.getTimestamp();
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    }

    private static String json(NetifReceive event) {
        return JSON.createObjectNode()
                .put("host", event.getHost())
                .put("session", event.getSession())
                .put("cpu", event.getCpu())
                .put("seq", event.getSeq())
                .put("timestamp", nanos(event))
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

    private static List<ConsumerRecord<String, byte[]>> originals;

    private static synchronized List<ConsumerRecord<String, byte[]>> originals() {
        if (originals == null) {
            originals = records(Topics.NETIF_RECEIVE);
        }
        return originals;
    }

    /** All of a topic, each partition in its order. */
    private static List<ConsumerRecord<String, byte[]>> records(String topic) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                cluster.settings(Map.of()), new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    // ---- How it is run ----

    private static void assumeKcat() {
        assumeTrue(has("kcat"), "there is no kcat; on Debian: apt-get install kcat");
    }

    private static boolean has(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(bin -> Files.isExecutable(Path.of(bin, program)));
    }

    /** Runs a block of the page to its end. */
    private static List<String> run(String block) throws Exception {
        try (var process = shell(folder, block, BLOCKS.get(block))) {
            assertThat(process.exitCode()).as("%s: %s", block, process.stderr()).isZero();
            return process.stdout();
        }
    }

    /** Starts a command where the page has its Node.js files installed. */
    private static JobProcess node(String name, String command) throws Exception {
        return shell(installed(), name, command.startsWith("exec ") ? command : "exec " + command);
    }

    private static Path node;
    private static String whyNoNode;

    /** The folder that the page tells to make, once for all tests. */
    private static synchronized Path installed() throws Exception {
        if (node == null) {
            node = Files.createDirectory(folder.resolve("node"));
            whyNoNode = install();
        }
        assumeTrue(whyNoNode == null, whyNoNode);
        return node;
    }

    /** @return why it did not work, null if it did */
    private static String install() throws Exception {
        if (!has("node") || !has("npm")) {
            return "there is no Node.js with npm; on Debian: apt-get install nodejs npm";
        }
        try (var version = shell(folder, "version", "node -p 'process.versions.node'")) {
            version.exitCode();
            if (Integer.parseInt(version.stdout().get(0).split("\\.")[0]) < 18) {
                return "Node.js " + version.stdout().get(0) + " is older than 18";
            }
        }
        try (var install = shell(node, "install", BLOCKS.get("node-install"))) {
            if (install.exitCode() != 0) {
                return "npm could not install what docs/consume/package.json names: " + install.stderr();
            }
        }
        Files.writeString(node.resolve("mine.mjs"), BLOCKS.get("mine.mjs"));
        return null;
    }

    private static JobProcess shell(Path where, String name, String command) throws IOException {
        var shell = new ProcessBuilder("sh", "-c", command).directory(where.toFile());
        shell.environment().put("KAFKA_BOOTSTRAP_SERVERS", cluster.kafka().bootstrapServers());
        shell.environment().put("SKBSTREAM", REPOSITORY.toString());
        return new JobProcess(folder, name, shell);
    }
}
