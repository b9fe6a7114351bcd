package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.event.FixedClock;
import io.skbstream.producer.event.RawEvent;
import io.skbstream.producer.event.SkbPointer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EventBatchTest {

    private static final int CAPACITY = 3;

    private final NetifReceiveEncoder encoder = new NetifReceiveEncoder(
            "host", 1, Hook.KPROBE, FixedClock.ahead(0), new SkbPointer(SkbPointer.Mode.HASHED));
    private final EventBatch batch = new EventBatch(encoder, CAPACITY, CAPACITY * encoder.maxBytes());

    @Test
    void eachEventComesOutAsItWasEncoded() {
        RawEvent small = RawEvent.example().at(1, 1_000_000);
        RawEvent large = RawEvent.example()
                .at(Long.MAX_VALUE, Long.MAX_VALUE)
                .named(Integer.MAX_VALUE, "0123456789abcde", "fedcba987654321");

        batch.add(small.inMemory());
        batch.add(large.inMemory());
        batch.add(small.inMemory());

        assertThat(batch.size()).isEqualTo(CAPACITY);
        assertThat(batch.value(0)).isEqualTo(encoded(small));
        assertThat(batch.value(1)).isEqualTo(encoded(large)).hasSizeGreaterThan(encoded(small).length);
        assertThat(batch.value(2)).isEqualTo(encoded(small));
        assertThat(batch.timestampMs(0)).isEqualTo(1);
        assertThat(batch.timestampMs(1)).isEqualTo(Long.MAX_VALUE / 1_000_000);
    }

    @Test
    void itHasRoomForSoManyEventsAsItMayHold() {
        for (int i = 0; i < CAPACITY; i++) {
            assertThat(batch.room()).isEqualTo(CAPACITY - i);
            batch.add(RawEvent.example().inMemory());
        }
        assertThat(batch.room()).isZero();

        batch.clear();

        assertThat(batch.room()).isEqualTo(CAPACITY);
        assertThat(batch.size()).isZero();
    }

    @Test
    void itHasRoomForSoManyEventsAsFitWhateverTheirLengths() {
        EventBatch small = new EventBatch(encoder, 1000, 10 * encoder.maxBytes());
        int added = 0;
        while (small.room() > 0) {
            small.add(RawEvent.example()
                    .at(Long.MAX_VALUE, Long.MAX_VALUE)
                    .named(Integer.MAX_VALUE, "0123456789abcde", "fedcba987654321")
                    .inMemory());
            added++;
        }

        assertThat(added).isBetween(10, 20);
        assertThat(small.end(added - 1)).isBetween(9 * encoder.maxBytes(), 10 * encoder.maxBytes());
    }

    @Test
    void itHoldsOneEventHoweverFewBytesItIsGiven() {
        assertThat(new EventBatch(encoder, 1000, 1).room()).isEqualTo(1);
    }

    @Test
    void nothingOfAnEarlierUseIsLeft() {
        batch.add(RawEvent.example().at(Long.MAX_VALUE, Long.MAX_VALUE).inMemory());
        batch.clear();
        RawEvent next = RawEvent.example().at(2, 2_000_000);
        batch.add(next.inMemory());

        assertThat(batch.value(0)).isEqualTo(encoded(next));
        assertThat(batch.timestampMs(0)).isEqualTo(2);
    }

    private byte[] encoded(RawEvent raw) {
        byte[] out = new byte[encoder.maxBytes()];
        return Arrays.copyOf(out, encoder.encode(raw.inMemory(), out, 0));
    }
}
