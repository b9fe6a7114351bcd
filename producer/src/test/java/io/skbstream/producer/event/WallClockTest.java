package io.skbstream.producer.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class WallClockTest {

    private static final long SECOND = 1_000_000_000;

    private long monotonicNs = 1_000;
    private long wallNs = 50_000;
    private final WallClock clock = new WallClock(() -> monotonicNs, () -> wallNs);

    @Test
    void aMomentOnTheMonotonicClockIsPutOnTheWallClock() {
        assertThat(clock.wallNs(1_000)).isEqualTo(50_000);
        assertThat(clock.wallNs(1_234)).isEqualTo(50_234);
    }

    @Test
    void aForwardStepOfTheWallClockIsFollowedWithinASecond() {
        wallNs += 7_000;
        assertThat(clock.wallNs(1_000)).as("not before it is measured").isEqualTo(50_000);

        assertThat(clock.wallNs(1_000 + SECOND)).isEqualTo(57_000 + SECOND);
        assertThat(clock.wallNs(1_000)).isEqualTo(57_000);
    }

    @Test
    void aBackwardStepOfTheWallClockIsNot() {
        wallNs -= 7_000;

        assertThat(clock.wallNs(1_000 + SECOND)).isEqualTo(50_000 + SECOND);
    }

    @Test
    void timeThatPassesOnBothClocksChangesNothing() {
        monotonicNs += SECOND;
        wallNs += SECOND;

        assertThat(clock.wallNs(1_000 + SECOND)).isEqualTo(50_000 + SECOND);
    }

    /** The third of five samples is the narrowest; of it, the later monotonic reading counts. */
    @Test
    void theSampleThatTookTheLeastTimeIsBelieved() {
        LongSupplier monotonic = script(0, 100, 1_000, 1_050, 2_000, 2_010, 3_000, 3_080, 4_000, 4_060, 5_000);
        LongSupplier wall = script(90_000, 91_000, 92_007, 93_000, 94_000);

        WallClock measured = new WallClock(monotonic, wall);

        assertThat(measured.wallNs(2_010)).isEqualTo(92_007);
    }

    @Test
    void theSystemsClocksAgreeWithTheTimeOfDay() {
        Instant before = Instant.now();
        long shownNs = new WallClock().wallNs(System.nanoTime());

        assertThat(Instant.EPOCH.plusNanos(shownNs))
                .isBetween(before.minus(Duration.ofSeconds(1)), Instant.now().plus(Duration.ofSeconds(1)));
    }

    private static LongSupplier script(long... readings) {
        return LongStream.of(readings).iterator()::nextLong;
    }
}
