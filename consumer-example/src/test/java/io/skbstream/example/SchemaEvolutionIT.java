package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.NetifReceive;
import io.skbstream.avro.SessionState;
import io.skbstream.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents of tomorrow, with one field more and a hook that nobody knows yet, and the job of today, the runnable jar as it is. */
@Timeout(900)
class SchemaEvolutionIT {
    private static final String HOST = "host-f";
    private static final Instant NOW = Instant.now();
    private static final Schema EVENT = tomorrow(NetifReceive.getClassSchema());
    private static final Schema LEDGER = tomorrow(AgentLedger.getClassSchema());

    @TempDir
    private Path folder;

    @Test
    void theJobOfTodayReadsWhatAgentsOfTomorrowWrite() throws Exception {
        Path event = Files.writeString(folder.resolve("netif-receive-2.avsc"), EVENT.toString());
        Path ledger = Files.writeString(folder.resolve("agent-ledger-2.avsc"), LEDGER.toString());
        try (var cluster = Cluster.start()) {
            cluster.create(Topics.NETIF_RECEIVE, 1);
            send(cluster);
            try (var told = cluster.start(
                    folder,
                    "told",
                    "--json",
                    "--application-id",
                    "told",
                    "-K",
                    "skbstream.schemas=" + event + "," + ledger)) {
                Cluster.await("all five events are counted", () -> String.join("\n", told.stdout())
                        .contains("\"packets\": 5, "));
                assertThat(told.stdout().get(told.stdout().size() - 1))
                        .contains("\"bytes\": 500, ", "\"missing\": 0, ")
                        .contains("\"hook\": \"UNKNOWN\"", "\"agentState\": \"RUNNING\"", "\"kernel\": \"6.1.0\"");
                assertThat(told.signal("TERM").exitCode()).isZero();
                assertThat(told.said("not events")).isZero();
            }
            try (var untold = cluster.start(folder, "untold", "--json", "--application-id", "untold")) {
                Cluster.await("all others are", () -> String.join("\n", untold.stdout())
                        .contains("\"packets\": 3, "));
                assertThat(untold.signal("TERM").exitCode()).isZero();
                assertThat(untold.said("unknown schema fingerprint")).isPositive();
                assertThat(untold.said("in the setting skbstream.schemas")).isPositive();
                assertThat(untold.said("2 records of " + Topics.NETIF_RECEIVE + " were not events"))
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void aSchemaThatTodaysClassesCannotReadIsAMistakeThatIsNamed() throws Exception {
        String changed =
                EVENT.toString().replace("\"name\":\"len\",\"type\":\"int\"", "\"name\":\"len\",\"type\":\"string\"");
        Path file = Files.writeString(folder.resolve("wrong.avsc"), changed);
        try (var job = new JobProcess(folder, "wrong", "-K", "skbstream.schemas=" + file)) {
            assertThat(job.exitCode()).isEqualTo(2);
            assertThat(job.stderr())
                    .singleElement()
                    .asString()
                    .contains(
                            "skbstream.schemas",
                            file.toString(),
                            "len: reader type: INT not compatible with writer type: STRING")
                    .endsWith("; see --help");
        }
    }

    /** Three events of today and two of tomorrow, of one session, and its ledger, of tomorrow. */
    private static void send(Cluster cluster) throws Exception {
        try (var producer =
                new KafkaProducer<>(cluster.settings(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            cluster.create(Topics.LEDGER, 1);
            AgentLedger ledger = SomeEvents.ledger(HOST, SomeEvents.SESSION, SessionState.RUNNING)
                    .setTime(NOW)
                    .build();
            producer.send(new ProducerRecord<>(Topics.LEDGER, HOST + '/' + SomeEvents.SESSION, written(ledger, LEDGER)))
                    .get();
            for (int seq = 0; seq < 5; seq++) {
                NetifReceive event = SomeEvents.event(HOST, SomeEvents.SESSION, 0, seq, NOW, "lo", 100, "ping");
                Schema writer = seq < 3 ? NetifReceive.getClassSchema() : EVENT;
                producer.send(new ProducerRecord<>(Topics.NETIF_RECEIVE, HOST, written(event, writer)))
                        .get();
            }
        }
    }

    /** The schema with one more field in front, and with one more symbol of Hook. */
    private static Schema tomorrow(Schema today) {
        return new Schema.Parser()
                .parse(today.toString()
                        .replace("\"TRACEPOINT\"]", "\"TRACEPOINT\",\"XDP\"]")
                        .replaceFirst(
                                "\"fields\":\\[", "\"fields\":[{\"name\":\"queue\",\"type\":\"int\",\"default\":0},"));
    }

    /** As an agent with this schema writes it. */
    private static byte[] written(SpecificRecord record, Schema writer) {
        var data = new GenericRecordBuilder(writer);
        for (Schema.Field field : writer.getFields()) {
            Schema.Field known = record.getSchema().getField(field.name());
            if (known == null) {
                data.set(field, 5);
            } else if (field.schema().getName().equals("Hook")) {
                boolean hasNewOne = field.schema().hasEnumSymbol("XDP");
                data.set(field, new GenericData.EnumSymbol(field.schema(), hasNewOne ? "XDP" : "KPROBE"));
            } else {
                data.set(field, plain(record.get(known.pos()), field.schema()));
            }
        }
        try {
            GenericRecord built = data.build();
            return new BinaryMessageEncoder<GenericRecord>(GenericData.get(), writer)
                    .encode(built)
                    .array();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of the generated classes' values those that Avro's generic writer takes. */
    private static Object plain(Object value, Schema schema) {
        if (value instanceof Instant time) {
            return schema.getLogicalType().getName().equals("timestamp-nanos")
                    ? time.getEpochSecond() * 1_000_000_000 + time.getNano()
                    : time.toEpochMilli();
        }
        return value instanceof SessionState state ? new GenericData.EnumSymbol(schema, state.name()) : value;
    }
}
