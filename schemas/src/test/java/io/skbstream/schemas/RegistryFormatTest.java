package io.skbstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.NetifReceive;
import io.skbstream.schemas.registry.RegistryAwayException;
import io.skbstream.schemas.registry.RegistryRefusalException;
import io.skbstream.schemas.registry.StubRegistry;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records with an id of a registry, alone and mixed with others. */
class RegistryFormatTest {
    private static final byte[] GOLDEN = SchemaHistoryTest.goldenBytes("netif-receive-1");
    private static final String SCHEMA = SchemaHistory.load("netif-receive-1").toString();

    private final StubRegistry stub = new StubRegistry();

    @AfterEach
    void close() {
        stub.close();
    }

    @Test
    void theGoldenBytesHaveTheSameBodyBehindAZeroAndTheIdBigEndian() {
        stub.firstId = 0x01020304;
        AvroSerde<NetifReceive> serde = serde(stub.url());
        NetifReceive event = new AvroDeserializer<NetifReceive>().deserialize("t", GOLDEN);

        byte[] written = serde.serializer().serialize("t", event);

        assertThat(HexFormat.of().formatHex(written))
                .isEqualTo("0001020304" + HexFormat.of().formatHex(GOLDEN, 10, GOLDEN.length));
        assertThat(serde.deserializer().deserialize("t", written)).isEqualTo(event);
        assertThat(serde.serializer().serialize("t", null)).isNull();
        assertThat(serde.deserializer().deserialize("t", null)).isNull();
    }

    @Test
    void theSubjectGetsTheReleasedSchemaAndBackwardCompatibilityOnce() {
        AvroSerde<NetifReceive> serde = serde(stub.url());
        NetifReceive event = new AvroDeserializer<NetifReceive>().deserialize("t", GOLDEN);
        byte[] first = serde.serializer().serialize("t", event);
        assertThat(serde.serializer().serialize("t", event)).isEqualTo(first);

        assertThat(stub.count("POST /subjects/t-value/versions")).isEqualTo(1);
        assertThat(stub.levels).containsExactly(Map.entry("t-value", "BACKWARD"));
        assertThat(stub.add(SCHEMA)).as("the id of the schema in the history").isEqualTo(1);
    }

    @Test
    void aLevelThatSomebodyHasSetStays() {
        NetifReceive event = new AvroDeserializer<NetifReceive>().deserialize("t", GOLDEN);
        for (String level : List.of("FULL_TRANSITIVE", "NONE")) {
            stub.levels.put("t-value", level);
            serde(stub.url()).serializer().serialize("t", event);
            assertThat(stub.levels).containsEntry("t-value", level);
        }
        stub.levels.clear();
        stub.defaultLevel = "FULL";
        serde(stub.url()).serializer().serialize("t", event);
        assertThat(stub.levels).isEmpty();
    }

    @Property(tries = 100)
    void bothFormatsMixedAreReadAndEachSchemaIsFetchedOnce(
            @ForAll @Size(min = 1, max = 30) List<Boolean> withId, @ForAll @IntRange(min = 1) int firstId) {
        try (var registry = new StubRegistry()) {
            registry.firstId = firstId == Integer.MAX_VALUE ? 1 : firstId;
            byte[] confluent = confluent(registry.add(SCHEMA), GOLDEN);
            var events = new AvroDeserializer<NetifReceive>();
            events.configure(settings(registry.url()), false);
            var ids = new EventIdDeserializer();
            ids.configure(settings(registry.url()), false);
            NetifReceive expected = new AvroDeserializer<NetifReceive>().deserialize("t", GOLDEN);
            for (boolean one : withId) {
                assertThat(events.deserialize("t", one ? confluent : GOLDEN)).isEqualTo(expected);
                assertThat(ids.deserialize("t", one ? confluent : GOLDEN).seq()).isEqualTo(expected.getSeq());
            }
            assertThat(registry.requests).hasSize(withId.contains(true) ? 2 : 0);
        }
    }

    @Test
    void everyTruncationAndEveryByteTooMuchIsRefused() {
        byte[] whole = confluent(stub.add(SCHEMA), GOLDEN);
        var ids = new EventIdDeserializer();
        ids.configure(settings(stub.url()), false);
        AvroDeserializer<NetifReceive> events = reader(stub.url());
        for (int length = 0; length < whole.length + 2; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            if (length != whole.length) {
                assertThatThrownBy(() -> events.deserialize("t", cut)).isInstanceOf(SerializationException.class);
                assertThatThrownBy(() -> ids.deserialize("t", cut)).isInstanceOf(SerializationException.class);
            }
        }
        assertThat(events.deserialize("t", whole)).isNotNull();
    }

    @Test
    void aHugeStringLengthIsRefusedBeforeMemoryIsTakenForIt() {
        byte[] corrupt = Arrays.copyOf(confluent(stub.add(SCHEMA), GOLDEN), 64);
        System.arraycopy(new byte[] {(byte) 0xEE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F}, 0, corrupt, 5, 5);
        AvroDeserializer<NetifReceive> events = reader(stub.url());
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> events.deserialize("t", corrupt)).isInstanceOf(SerializationException.class);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16 << 20);
    }

    @Test
    void withoutARegistryTheSettingIsNamed() {
        assertThatThrownBy(() -> new AvroDeserializer<NetifReceive>().deserialize("t", confluent(7, GOLDEN)))
                .isInstanceOf(SerializationException.class)
                .hasMessage("topic t: its writer's schema has the id 7 in a schema registry; name the registry in the"
                        + " setting schema.registry.url");
    }

    @Test
    void anIdThatTheRegistryDoesNotHaveIsRefusedAndNotAskedForAgainAtOnce() {
        AvroDeserializer<NetifReceive> events = reader(stub.url());
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> events.deserialize("t", confluent(404, GOLDEN)))
                    .isInstanceOf(SerializationException.class)
                    .hasMessage(
                            "topic t: schema registry %s has no schema 404; is it the one that the writer uses?",
                            stub.url());
        }
        assertThat(stub.count("GET /schemas/ids/404")).isEqualTo(1);
    }

    @Test
    void anIdWhoseSchemaIsNoAvroSchemaMakesTheRecordUnreadableAndIsNotAskedForAgainAtOnce() {
        Map<Integer, String> foreign = Map.of(
                stub.add("JSON", "{\"type\":\"string\"}"),
                "is of the type JSON, not Avro",
                stub.add("PROTOBUF", "syntax = \"proto3\";"),
                "is of the type PROTOBUF, not Avro",
                stub.add("{"),
                "is no valid Avro schema",
                stub.add(SCHEMA.replace(
                        "\"fields\":[", "\"fields\":[{\"name\":\"q\",\"type\":\"int\",\"default\":\"x\"},")),
                "is no valid Avro schema: Invalid default");
        AvroDeserializer<NetifReceive> events = reader(stub.url());
        foreign.forEach((id, why) -> {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> events.deserialize("t", confluent(id, GOLDEN)))
                        .isInstanceOf(SerializationException.class)
                        .hasMessageStartingWith("topic t: schema %d of schema registry %s %s", id, stub.url(), why);
            }
            assertThat(stub.count("GET /schemas/ids/" + id)).isEqualTo(1);
        });
    }

    @Test
    void aRegistryThatIsAwayIsNoFaultOfTheRecordWhichIsReadLater() {
        byte[] record = confluent(stub.add(SCHEMA), GOLDEN);
        AvroDeserializer<NetifReceive> events = reader(stub.url());
        stub.fault = new StubRegistry.Answer(503, "");
        assertThatThrownBy(() -> events.deserialize("t", record))
                .isInstanceOf(RetriableException.class)
                .isInstanceOf(RegistryAwayException.class);
        stub.fault = new StubRegistry.Answer(401, "");
        assertThatThrownBy(() -> events.deserialize("t", record))
                .isInstanceOf(RegistryRefusalException.class)
                .isNotInstanceOf(SerializationException.class);
        stub.fault = null;
        assertThat(events.deserialize("t", record)).isNotNull();
        stub.close();
        assertThat(events.deserialize("t", record)).as("known for good").isNotNull();
    }

    @Test
    @Timeout(300)
    void aRestartOfTheRegistryIsWaitedFor() {
        byte[] record = confluent(stub.add(SCHEMA), GOLDEN);
        stub.fault = new StubRegistry.Answer(503, "");
        var events = new AvroDeserializer<NetifReceive>();
        events.configure(Map.of("schema.registry.url", stub.url(), "skbstream.registry.wait.ms", "240000"), false);
        Thread restart = new Thread(() -> {
            while (stub.requests.size() < 2) {
                Thread.onSpinWait();
            }
            stub.fault = null;
        });
        restart.start();
        assertThat(events.deserialize("t", record)).isNotNull();
    }

    @Test
    @Timeout(300)
    void whoeverWaitsForTheRegistryIsLetGoByClosing() throws Exception {
        byte[] record = confluent(stub.add(SCHEMA), GOLDEN);
        AvroSerde<NetifReceive> serde = AvroSerde.of(NetifReceive.class);
        serde.configure(Map.of("schema.registry.url", stub.url(), "skbstream.registry.wait.ms", "999999999"), false);
        NetifReceive event = new AvroDeserializer<NetifReceive>().deserialize("t", GOLDEN);
        stub.fault = new StubRegistry.Answer(503, "");
        var waiting = List.of(
                CompletableFuture.runAsync(() -> serde.deserializer().deserialize("t", record)),
                CompletableFuture.runAsync(() -> serde.serializer().serialize("t", event)));
        while (stub.count("GET /schemas/ids/1") == 0 || stub.count("GET /config/t-value") == 0) {
            Thread.onSpinWait();
        }
        serde.close();
        for (var one : waiting) {
            assertThatThrownBy(one::get).hasCauseInstanceOf(RegistryAwayException.class);
        }
        stub.fault = null;
        assertThat(serde.deserializer().deserialize("t", record)).isEqualTo(event);
    }

    @Test
    void aSchemaThatIsNewerThanThisJarIsResolvedAndOneThatCannotBeIsRefused() {
        String newer = SCHEMA.replace(
                "\"fields\":[", "\"fields\":[{\"name\":\"queue\",\"type\":\"string\",\"default\":\"\"},");
        byte[] body = ByteBuffer.allocate(GOLDEN.length - 7)
                .put(new byte[] {4, (byte) 0x71, (byte) 0x31})
                .put(GOLDEN, 10, GOLDEN.length - 10)
                .array();
        AvroDeserializer<NetifReceive> events = reader(stub.url());
        assertThat(events.deserialize("t", withId(stub.add(newer), body)))
                .isEqualTo(new AvroDeserializer<NetifReceive>().deserialize("t", GOLDEN));

        String broken = SCHEMA.replace("\"name\":\"seq\"", "\"name\":\"number\"");
        assertThatThrownBy(() -> events.deserialize("t", confluent(stub.add(broken), GOLDEN)))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("cannot read what it writes: seq: the writer has no such field");
        assertThatThrownBy(() -> events.deserialize("t", confluent(stub.add("\"string\""), GOLDEN)))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("holds a string (id 3): it is no schema of a record of this version");
        String ledger = SchemaHistory.load("agent-ledger-1").toString();
        assertThatThrownBy(() -> events.deserialize("t", confluent(stub.add(ledger), GOLDEN)))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("holds a AgentLedger (id 4) where a NetifReceive was expected");
    }

    @Test
    void aSchemaThatTheRegistryRefusesIsNotWritten() {
        AvroSerde<AgentLedger> serde = AvroSerde.of(AgentLedger.class);
        serde.configure(settings(stub.url()), false);
        AgentLedger ledger = (AgentLedger)
                new AvroDeserializer<>().deserialize("t", SchemaHistoryTest.goldenBytes("agent-ledger-1"));
        stub.faultOfAdding = new StubRegistry.Answer(409, "{\"message\":\"no\"}");
        assertThatThrownBy(() -> serde.serializer().serialize("t", ledger))
                .isInstanceOf(RegistryRefusalException.class)
                .hasMessageContaining("cannot register io.skbstream.avro.AgentLedger as t-value: HTTP 409: no");
        stub.faultOfAdding = null;
        assertThat(serde.serializer().serialize("t", ledger)).startsWith(0, 0, 0, 0, 2); // its second version
    }

    private static AvroSerde<NetifReceive> serde(String url) {
        AvroSerde<NetifReceive> serde = AvroSerde.of(NetifReceive.class);
        serde.configure(settings(url), false);
        return serde;
    }

    private static AvroDeserializer<NetifReceive> reader(String url) {
        var reader = new AvroDeserializer<NetifReceive>(NetifReceive.class);
        reader.configure(settings(url), false);
        return reader;
    }

    private static Map<String, Object> settings(String url) {
        return new HashMap<>(Map.of("schema.registry.url", url, "skbstream.registry.wait.ms", 0));
    }

    private static byte[] confluent(int id, byte[] singleObject) {
        return withId(id, Arrays.copyOfRange(singleObject, 10, singleObject.length));
    }

    private static byte[] withId(int id, byte[] body) {
        return ByteBuffer.allocate(5 + body.length)
                .put((byte) 0)
                .putInt(id)
                .put(body)
                .array();
    }
}
