package io.skbstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.skbstream.avro.Hook;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AvroSerdeTest {
    private static final byte[] NETIF_RECEIVE = SchemaHistoryTest.goldenBytes("netif-receive-1");
    private static final byte[] LOOPBACK_BY_HOST = SchemaHistoryTest.goldenBytes("loopback-by-host-1");

    private final AvroDeserializer<NetifReceive> reader = new AvroDeserializer<>(NetifReceive.class);

    @Test
    void aTombstoneStaysATombstone() {
        assertThat(AvroSerde.of(NetifReceive.class).serializer().serialize("t", null))
                .isNull();
        assertThat(reader.deserialize("t", null)).isNull();
    }

    @Test
    void theClassNameAloneConfiguresAConsumer() throws ClassNotFoundException {
        Deserializer<?> byName = Utils.newInstance(AvroDeserializer.class.getName(), Deserializer.class);
        assertThat(byName.deserialize("t", NETIF_RECEIVE)).isInstanceOf(NetifReceive.class);
        assertThat(byName.deserialize("t", LOOPBACK_BY_HOST)).isInstanceOf(LoopbackByHost.class);
    }

    @Test
    void bytesOfAnotherFormatAreRefusedByTheirFirstBytes() {
        byte[] json = "{\"host\":\"a\"}".getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> reader.deserialize("t", json))
                .isInstanceOf(SerializationException.class)
                .hasMessage(
                        "topic t: neither Avro single-object encoding, which begins with c3 01 and a fingerprint of 8"
                                + " bytes, nor a schema registry's format, which begins with 00 and an id of 4 bytes; these 12"
                                + " bytes begin with [7b 22 68 6f 73 74 22 3a 22 61]");
        assertThatThrownBy(() -> reader.deserialize("t", new byte[0]))
                .isInstanceOf(SerializationException.class)
                .hasMessageEndingWith("these 0 bytes begin with []");
    }

    @Test
    void aRecordOfAnUnknownSchemaIsRefusedByFingerprint() {
        byte[] future = NETIF_RECEIVE.clone();
        Arrays.fill(future, 2, 10, (byte) 0xAB);
        assertThatThrownBy(() -> reader.deserialize("t", future))
                .isInstanceOf(SerializationException.class)
                .hasMessageStartingWith(
                        "topic t: unknown schema fingerprint abababababababab; this reader knows NetifReceive (")
                .hasMessageEndingWith(
                        "; upgrade skbstream-schemas, or name the writer's .avsc file in the setting skbstream.schemas");
    }

    @Test
    void aRecordOfAnotherClassIsRefusedByName() {
        assertThatThrownBy(() -> reader.deserialize("t", LOOPBACK_BY_HOST))
                .isInstanceOf(SerializationException.class)
                .hasMessageMatching(
                        "topic t: holds a LoopbackByHost \\([0-9a-f]{16}\\) where a NetifReceive was expected");
    }

    @Test
    void everyTruncationIsRefused() {
        for (int length = 10; length < NETIF_RECEIVE.length; length++) {
            byte[] cut = Arrays.copyOf(NETIF_RECEIVE, length);
            assertThatThrownBy(() -> reader.deserialize("t", cut))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageMatching("topic t: cannot decode a NetifReceive \\([0-9a-f]{16}\\) of " + length
                            + " bytes: it is truncated");
        }
    }

    @Test
    void bytesBehindTheRecordAreRefused() {
        assertThatThrownBy(() -> reader.deserialize("t", Arrays.copyOf(NETIF_RECEIVE, NETIF_RECEIVE.length + 1)))
                .isInstanceOf(SerializationException.class)
                .hasMessageEndingWith("bytes are left over behind the record");
    }

    @Test
    void aHugeStringLengthIsRefusedBeforeMemoryIsTakenForIt() {
        byte[] corrupt = Arrays.copyOf(NETIF_RECEIVE, 64);
        // The first field, host, now claims 2^31 - 9 bytes.
        System.arraycopy(new byte[] {(byte) 0xEE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F}, 0, corrupt, 10, 5);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> reader.deserialize("t", corrupt)).isInstanceOf(SerializationException.class);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16 << 20);
    }

    @Test
    void aFieldThatWasNeverSetIsNamed() {
        assertThatThrownBy(() -> new AvroSerializer<>().serialize("t", new LoopbackByHost()))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("topic t: cannot encode a LoopbackByHost: ")
                .hasMessageContaining("host");
    }

    @Test
    void aSymbolThatOnlyAFutureSchemaKnowsIsReadAsUnknown(@TempDir Path folder) throws IOException {
        Schema future = new Schema.Parser()
                .parse(NetifReceive.getClassSchema()
                        .toString()
                        .replace("\"TRACEPOINT\"]", "\"TRACEPOINT\",\"XDP\"]")
                        .replace("\"fields\":[", "\"fields\":[{\"name\":\"queue\",\"type\":\"int\",\"default\":0},"));
        NetifReceive today = reader.deserialize("t", NETIF_RECEIVE);
        var record = new GenericRecordBuilder(future)
                .set("queue", 5)
                .set("hook", new GenericData.EnumSymbol(future.getField("hook").schema(), "XDP"));
        NetifReceive.getClassSchema().getFields().stream()
                .filter(field -> !field.name().equals("hook"))
                .forEach(field -> record.set(field.name(), raw(today, field)));
        byte[] written = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), future)
                .encode(record.build())
                .array();

        Path file = Files.writeString(folder.resolve("netif-receive-2.avsc"), future.toString());
        Map<String, String> settings = Map.of("skbstream.schemas", " " + file + " ,");
        var upgraded = new AvroDeserializer<NetifReceive>(NetifReceive.class);
        upgraded.configure(settings, false);
        var ids = new EventIdDeserializer();
        ids.configure(settings, false);
        NetifReceive expected = reader.deserialize("t", NETIF_RECEIVE);
        expected.put("hook", Hook.UNKNOWN);
        assertThat(upgraded.deserialize("t", written)).isEqualTo(expected);
        assertThat(upgraded.deserialize("t", NETIF_RECEIVE)).isEqualTo(today);
        assertThat(ids.deserialize("t", written).seq()).isEqualTo(today.getSeq());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"type":              | Unexpected end-of-input
                    "long"                | it is no schema of a record of this version of skbstream-schemas
                    {"type":"record","name":"Hook","namespace":"io.skbstream.avro","fields":[]} | reader type: ENUM not compatible with writer type: RECORD
                    {"type":"record","name":"NetifReceive","namespace":"io.skbstream.avro","fields":[]} | cannot read what it writes: host: the writer has no such field
                    """)
    void aFileThatIsNoSchemaForTodaysClassesIsNamed(String content, String why, @TempDir Path folder)
            throws IOException {
        Path file = Files.writeString(folder.resolve("x.avsc"), content);

        assertThatThrownBy(() -> reader.configure(Map.of("skbstream.schemas", file.toString()), false))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("Invalid value %s for configuration skbstream.schemas: ", file)
                .hasMessageContaining(why);
    }

    /** The value as Avro's generic writer wants it: the timestamp as the long that it is on the wire. */
    private static Object raw(NetifReceive record, Schema.Field field) {
        return field.name().equals("timestamp") ? 1_790_000_001_123_456_789L : record.get(field.pos());
    }
}
