package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Brokers' words are those that {@link RefusedTimestampIT} sees of a real one. */
class RefusedTimestampTest {

    private static final long BROKER_MS = 1_790_000_000_000L;
    private static final long HOUR_MS = Duration.ofHours(1).toMillis();
    private static final long ANY_AGE_MS = BROKER_MS - Long.MAX_VALUE;

    @Test
    void aClockThatIsAheadIsNamedWithByHowMuch() {
        long hostMs = BROKER_MS + 2 * HOUR_MS + 3_000;

        assertThat(explained(hostMs, ANY_AGE_MS, BROKER_MS + HOUR_MS, hostMs))
                .isEqualTo("this host's clock is 2 h 0 min 3 s ahead of the broker's, further than the topic takes;"
                        + " correct the clock, or raise the topic's message.timestamp.after.max.ms"
                        + " (message.timestamp.difference.max.ms before Kafka 3.6)");
    }

    @Test
    void aClockThatIsBehindIsNamedWithByHowMuchAtLeast() {
        long hostMs = BROKER_MS - 2 * HOUR_MS;

        assertThat(explained(hostMs, BROKER_MS - HOUR_MS, BROKER_MS + HOUR_MS, hostMs))
                .isEqualTo(
                        "this host's clock is more than 1 h 0 min 0 s behind the broker's, further than the topic takes;"
                                + " correct the clock, or raise the topic's message.timestamp.before.max.ms"
                                + " (message.timestamp.difference.max.ms before Kafka 3.6)");
    }

    @Test
    void anOldRecordDoesNotAccuseAClockThatIsRight() {
        assertThat(explained(BROKER_MS - 2 * HOUR_MS, BROKER_MS - HOUR_MS, BROKER_MS + HOUR_MS, BROKER_MS))
                .isEqualTo(
                        "a timestamp is 1 h 0 min 0 s older than the topic takes, though this host's clock is right now;"
                                + " raise the topic's message.timestamp.before.max.ms"
                                + " (message.timestamp.difference.max.ms before Kafka 3.6)");
    }

    @Test
    void aRecordOfAClockThatWasAheadDoesNotAccuseItAnyMore() {
        assertThat(explained(BROKER_MS + 2 * HOUR_MS, ANY_AGE_MS, BROKER_MS + HOUR_MS, BROKER_MS + 9_000))
                .startsWith(
                        "a timestamp is 1 h 0 min 0 s later than the topic takes, though this host's clock is right now");
    }

    @Test
    void otherWordsAreNoTimestamp() {
        assertThat(RefusedTimestamp.in("This record has failed the validation on broker"))
                .isEmpty();
        assertThat(RefusedTimestamp.in(null)).isEmpty();
    }

    private static String explained(long timestampMs, long fromMs, long toMs, long nowMs) {
        return RefusedTimestamp.in(
                        ("Timestamp %d of message with offset 0 is out of range. The timestamp should be within"
                                        + " [%d, %d]")
                                .formatted(timestampMs, fromMs, toMs))
                .orElseThrow()
                .explained(nowMs);
    }
}
