package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.NetifReceive;
import io.skbstream.producer.event.FixedClock;
import io.skbstream.producer.event.RawEvent;
import io.skbstream.producer.event.SkbEvent;
import io.skbstream.producer.event.SkbPointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class NetifReceiveEncoderTest {

    private static final SkbPointer POINTER = new SkbPointer(SkbPointer.Mode.HASHED);
    private static final int AT = 5;

    @Property
    void theBytesAreThoseOfAvrosOwnEncoder(
            @ForAll("hosts") String host,
            @ForAll long session,
            @ForAll Hook hook,
            @ForAll("extremes") long offsetNs,
            @ForAll("events") RawEvent raw)
            throws IOException {
        var encoder = new NetifReceiveEncoder(host, session, hook, FixedClock.ahead(offsetNs), POINTER);

        assertThat(encode(encoder, raw)).isEqualTo(avros(host, session, hook, offsetNs, raw));
    }

    @Property
    void noRecordIsLongerThanItsBound(
            @ForAll("hosts") String host, @ForAll long session, @ForAll("events") RawEvent raw) {
        var encoder = new NetifReceiveEncoder(host, session, Hook.KPROBE, FixedClock.ahead(0), POINTER);

        assertThat(encode(encoder, raw)).hasSizeLessThanOrEqualTo(encoder.maxBytes());
    }

    /** The longest record there can be; its seq, time, netns, and u32 values all take Avro's longest form. */
    @Test
    void theBoundIsReached() {
        byte[] bad = new byte[SkbEvent.NAME_BYTES];
        Arrays.fill(bad, (byte) 0xff);
        int widest = Integer.MIN_VALUE;
        var raw = new RawEvent(
                Long.MIN_VALUE,
                Long.MIN_VALUE,
                Long.MIN_VALUE,
                Long.MIN_VALUE,
                widest,
                widest,
                widest,
                widest,
                widest,
                widest,
                bad,
                bad);
        var encoder = new NetifReceiveEncoder(
                "host", 1, Hook.TRACEPOINT, FixedClock.ahead(0), new SkbPointer(SkbPointer.Mode.RAW));

        assertThat(encode(encoder, raw)).hasSize(encoder.maxBytes());
    }

    @Test
    void whatFollowsANamesFirstNulDoesNotMatter() {
        var encoder = new NetifReceiveEncoder("host", 1, Hook.KPROBE, FixedClock.ahead(0), POINTER);
        byte[] clean = encode(encoder, RawEvent.example().named(1, "a", "lo"));

        assertThat(encode(encoder, RawEvent.example().named(1, "a\0b", "lo\0\0\0\0\0\0\0\0junk")))
                .isEqualTo(clean);
        assertThat(encode(encoder, RawEvent.example().named(1, "a\0\u00fc\u20ac", "lo\0\0\0\0\0\0\0\0\u00fc")))
                .as("even if it is not ASCII")
                .isEqualTo(clean);
    }

    @Test
    void aRecordsTimeIsItsMillisecond() {
        var encoder = new NetifReceiveEncoder("host", 1, Hook.KPROBE, FixedClock.ahead(2_000_000), POINTER);

        assertThat(encoder.timestampMs(RawEvent.example().at(0, 40_999_999).inMemory()))
                .isEqualTo(42);
    }

    @Provide
    Arbitrary<String> hosts() {
        return Arbitraries.oneOf(
                Arbitraries.strings().all().ofMaxLength(40),
                Arbitraries.strings().alpha().ofMaxLength(300));
    }

    @Provide
    Arbitrary<Long> extremes() {
        return Arbitraries.oneOf(
                Arbitraries.longs(), Arbitraries.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, 0xffff_ffffL));
    }

    @Provide
    Arbitrary<RawEvent> events() {
        Arbitrary<Long[]> wide = extremes().array(Long[].class).ofSize(4);
        Arbitrary<Integer[]> narrow = Arbitraries.oneOf(
                        Arbitraries.integers(), Arbitraries.of(0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE))
                .array(Integer[].class)
                .ofSize(6);
        return Combinators.combine(wide, narrow, names(), names())
                .as((u64, u32, device, comm) -> new RawEvent(
                        u64[0], u64[1], u64[2], u64[3], u32[0], u32[1], u32[2], u32[3], u32[4], u32[5], device, comm));
    }

    /** Real names, names cut in the middle of a character, names without NUL, and bytes that are no name at all. */
    private static Arbitrary<byte[]> names() {
        var ascii = Arbitraries.strings().withCharRange('\1', '\177');
        return Arbitraries.oneOf(
                ascii.ofMaxLength(SkbEvent.NAME_BYTES).map(RawEvent::padded),
                ascii.ofLength(SkbEvent.NAME_BYTES).map(RawEvent::padded),
                Arbitraries.strings().all().ofMaxLength(SkbEvent.NAME_BYTES).map(RawEvent::padded),
                Arbitraries.bytes().array(byte[].class).ofSize(SkbEvent.NAME_BYTES));
    }

    private static byte[] encode(NetifReceiveEncoder encoder, RawEvent raw) {
        byte[] out = new byte[AT + encoder.maxBytes()];
        int end = encoder.encode(raw.inMemory(), out, AT);
        return Arrays.copyOfRange(out, AT, end);
    }

    private static byte[] avros(String host, long session, Hook hook, long offsetNs, RawEvent raw) throws IOException {
        var record = new NetifReceive(
                host,
                session,
                raw.cpu(),
                raw.seq(),
                Instant.EPOCH.plusNanos(raw.ktimeNs() + offsetNs),
                io.skbstream.avro.Hook.valueOf(hook.name()),
                text(raw.device()),
                raw.ifindex(),
                raw.netns(),
                POINTER.show(raw.skb()),
                raw.len(),
                raw.tgid(),
                raw.tid(),
                text(raw.comm()),
                raw.protocol());
        var encoded = NetifReceive.getEncoder().encode(record);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }

    private static String text(byte[] name) {
        int nul = new String(name, StandardCharsets.ISO_8859_1).indexOf('\0');
        return new String(name, 0, nul < 0 ? name.length : nul, StandardCharsets.UTF_8);
    }
}
