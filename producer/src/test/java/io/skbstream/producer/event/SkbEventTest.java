package io.skbstream.producer.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SkbEventTest {

    @Test
    void everyValueIsReadWhereItLies() {
        RawEvent raw = RawEvent.example();
        SkbEvent event = raw.inMemory();

        assertThat(event.seq()).isEqualTo(raw.seq());
        assertThat(event.ktimeNs()).isEqualTo(raw.ktimeNs());
        assertThat(event.skb()).isEqualTo(raw.skb());
        assertThat(event.netns()).isEqualTo(raw.netns());
        assertThat(event.len()).isEqualTo(raw.len());
        assertThat(event.cpu()).isEqualTo(raw.cpu());
        assertThat(event.tgid()).isEqualTo(raw.tgid());
        assertThat(event.tid()).isEqualTo(raw.tid());
        assertThat(event.ifindex()).isEqualTo(raw.ifindex());
        assertThat(event.protocol()).isEqualTo(raw.protocol());
        assertThat(event.device()).isEqualTo("lo");
        assertThat(event.comm()).isEqualTo("ping");
    }

    @Test
    void aNameHalfHoldsEightBytesAsTheyLieInMemory() {
        SkbEvent event = RawEvent.example().named(1, "0123456789abcdef", "eth0").inMemory();

        assertThat(ascii(event.nameHalf(SkbEvent.COMM, 0))).isEqualTo("01234567");
        assertThat(ascii(event.nameHalf(SkbEvent.COMM, 1))).isEqualTo("89abcdef");
        assertThat(ascii(event.nameHalf(SkbEvent.DEVICE, 0))).isEqualTo("eth0\0\0\0\0");
    }

    @Test
    void aNameEndsAtItsFirstNul() {
        assertThat(name("a\0b".getBytes(StandardCharsets.US_ASCII))).isEqualTo("a");
        assertThat(name(new byte[0])).isEmpty();
    }

    @Test
    void aNameWithoutNulHasAllSixteenBytes() {
        assertThat(name("0123456789abcdef".getBytes(StandardCharsets.US_ASCII))).isEqualTo("0123456789abcdef");
    }

    @Test
    void bytesThatAreNoUtf8BecomeReplacementCharacters() {
        assertThat(name(new byte[] {'x', (byte) 0xff, 'y', (byte) 0xc3})).isEqualTo("x\ufffdy\ufffd");
        assertThat(name("prüfer".getBytes(StandardCharsets.UTF_8))).isEqualTo("prüfer");
    }

    private static String name(byte[] bytes) {
        return SkbEvent.name(ByteBuffer.allocate(4 + SkbEvent.NAME_BYTES).put(4, bytes), 4);
    }

    private static String ascii(long bytes) {
        ByteBuffer memory = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        return new String(memory.putLong(bytes).array(), StandardCharsets.US_ASCII);
    }
}
