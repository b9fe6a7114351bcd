package io.skbstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.skbstream.avro.NetifReceive;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class EventIdDeserializerTest {
    private static final byte[] GOLDEN = SchemaHistoryTest.goldenBytes("netif-receive-1");

    private final EventIdDeserializer ids = new EventIdDeserializer();
    private final AvroDeserializer<NetifReceive> events = new AvroDeserializer<>(NetifReceive.class);

    @Test
    void anEventIsKnownByWhatTheWholeRecordSays() {
        assertThat(ids.deserialize("t", GOLDEN)).isEqualTo(idOf(events.deserialize("t", GOLDEN)));
        assertThat(ids.deserialize("t", null)).isNull();
    }

    @Test
    void whatAnyFlippedBitLeavesReadableHasTheIdentityThatTheWholeRecordHas() {
        int readable = 0;
        for (int bit = 0; bit < GOLDEN.length * 8; bit++) {
            byte[] flipped = GOLDEN.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            NetifReceive whole;
            try {
                whole = events.deserialize("t", flipped);
            } catch (SerializationException refused) {
                continue;
            }
            if (whole.getCpu() >= 0 && whole.getSeq() >= 0) {
                assertThat(ids.deserialize("t", flipped)).isEqualTo(idOf(whole));
                readable++;
            }
        }
        assertThat(readable).isPositive();
    }

    @Test
    void everyTruncationAndEveryByteTooMuchIsRefused() {
        for (int length = 0; length < GOLDEN.length + 2; length++) {
            byte[] cut = Arrays.copyOf(GOLDEN, length);
            if (length != GOLDEN.length) {
                assertThatThrownBy(() -> ids.deserialize("t", cut)).isInstanceOf(SerializationException.class);
            }
        }
    }

    @Test
    void aHugeStringLengthIsRefusedBeforeMemoryIsTakenForIt() {
        byte[] corrupt = Arrays.copyOf(GOLDEN, 64);
        System.arraycopy(new byte[] {(byte) 0xEE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F}, 0, corrupt, 10, 5);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> ids.deserialize("t", corrupt)).isInstanceOf(SerializationException.class);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16 << 20);
    }

    @Test
    void aNumberThatNoKernelGivesIsRefused() {
        NetifReceive event = events.deserialize("t", GOLDEN);
        event.put("seq", -1L);
        byte[] negative = new AvroSerializer<NetifReceive>().serialize("t", event);
        assertThatThrownBy(() -> ids.deserialize("t", negative))
                .isInstanceOf(SerializationException.class)
                .hasMessageEndingWith("seq -1: neither is ever negative");
    }

    @Test
    void aRecordOfAnotherClassIsRefusedByName() {
        assertThatThrownBy(() -> ids.deserialize("t", SchemaHistoryTest.goldenBytes("agent-ledger-1")))
                .isInstanceOf(SerializationException.class)
                .hasMessageMatching(
                        "topic t: holds a AgentLedger \\([0-9a-f]{16}\\) where a NetifReceive was expected");
    }

    @Test
    void theFieldsAreFoundByNameWhereverAnotherSchemaHasThem() throws IOException {
        Schema other = SchemaBuilder.record("NetifReceive")
                .namespace("io.skbstream.avro")
                .fields()
                .requiredLong("seq")
                .requiredString("queue")
                .requiredInt("cpu")
                .requiredString("host")
                .requiredLong("session")
                .endRecord();
        byte[] written = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), other)
                .encode(new GenericRecordBuilder(other)
                        .set("seq", 7L)
                        .set("queue", "rx-1")
                        .set("cpu", 3)
                        .set("host", "web-1")
                        .set("session", 1_790_000_000_000L)
                        .build())
                .array();

        assertThat(new EventIdDeserializer(new SchemaHistory(List.of(other))).deserialize("t", written))
                .isEqualTo(new EventId("web-1", 1_790_000_000_000L, 3, 7));
    }

    private static EventId idOf(NetifReceive event) {
        return new EventId(event.getHost(), event.getSession(), event.getCpu(), event.getSeq());
    }
}
