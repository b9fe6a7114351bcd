package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skbstream.avro.Hook;
import io.skbstream.avro.NetifReceive;
import io.skbstream.schemas.AvroSerializer;
import io.skbstream.schemas.SingleObject;
import io.skbstream.schemas.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

/** What the blocks of docs/consume.md have to read: a simulated fleet in all kinds of trouble, events with huge numbers, rows in transactions. */
final class ConsumeTopics {
    static final int PARTITIONS = 3;

    /** The first number that a double, and so JavaScript's own number, does not have, and two further. */
    static final long HUGE = (1L << 53) + 1;

    private static final Instant HUGE_TIME =
            Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.SECONDS).plusNanos(123_456_789);
    static final NetifReceive HUGE_EVENT = huge(HUGE, Hook.KPROBE);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Cluster cluster;
    private final List<JsonNode> truth = new ArrayList<>();
    private final List<ConsumerRecord<String, byte[]>> events;

    /** Creates and fills them. */
    ConsumeTopics(Cluster cluster, Path folder) throws Exception {
        this.cluster = cluster;
        for (String topic : List.of(Topics.NETIF_RECEIVE, Topics.LOOPBACK_BY_HOST, "odd")) {
            cluster.create(topic, topic.equals("odd") ? 1 : PARTITIONS);
        }
        simulateAFleet(folder);
        try (var producer = producer(Map.of("compression.type", "lz4"))) {
            producer.send(event(Topics.NETIF_RECEIVE, HUGE_EVENT));
            producer.send(event(Topics.NETIF_RECEIVE, huge(HUGE + 2, Hook.KPROBE)));
            sendOddities(producer);
        }
        sendRows();
        events = records(Topics.NETIF_RECEIVE);
    }

    /** All of the events' topic, each partition in its order. */
    List<ConsumerRecord<String, byte[]>> events() {
        return events;
    }

    private void simulateAFleet(Path folder) throws Exception {
        Path file = folder.resolve("truth");
        String[] args = ("--hosts 12 --rate 500 --duration 30s --speed 0 --loss 0.02 --duplicates 0.02 --late 0.05"
                        + " --restarts 0.5 --bootstrap-servers "
                        + cluster.bootstrapServers() + " --truth "
                        + file)
                .split(" ");
        try (var simulator = JobProcess.simulator(folder, "simulator", args)) {
            assertThat(simulator.exitCode()).as("%s", simulator.stderr()).isZero();
        }
        for (String line : Files.readAllLines(file)) {
            truth.add(JSON.readTree(line));
        }
    }

    /** The lines that loopback.mjs must print in the end. */
    List<String> sums() {
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

    static NetifReceive huge(long seq, Hook hook) {
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
    static Schema newerSchema() throws IOException {
        var json = (ObjectNode) JSON.readTree(ConsumePage.REPOSITORY
                .resolve("schemas/history/netif-receive-1.avsc")
                .toFile());
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

    private void sendRows() {
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

    private KafkaProducer<String, byte[]> producer(Map<String, Object> more) {
        return new KafkaProducer<>(cluster.settings(more), new StringSerializer(), new ByteArraySerializer());
    }

    /** Since the Unix epoch. */
    static long nanos(NetifReceive event) {
        Instant time = event.getTimestamp();
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    }

    /** All of a topic, each partition in its order. */
    List<ConsumerRecord<String, byte[]>> records(String topic) {
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
}
