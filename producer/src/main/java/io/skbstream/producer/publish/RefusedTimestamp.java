package io.skbstream.producer.publish;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says why a broker refuses a record's timestamp, by what the broker itself says: the timestamp, and the range that it takes, which
 * is around its own clock. Immutable.
 *
 * @param timestampMs of the record
 * @param fromMs the first timestamp that the broker takes now
 * @param toMs the last one
 */
record RefusedTimestamp(long timestampMs, long fromMs, long toMs) {

    private static final Pattern WORDS =
            Pattern.compile("[Tt]imestamp (-?\\d+) of message .*range.* \\[(-?\\d+), (-?\\d+)]");
    private static final Duration SAME = Duration.ofSeconds(10);

    /** What brokers from 2.4 on say; empty for any other text. */
    static Optional<RefusedTimestamp> in(String brokersWords) {
        Matcher found = WORDS.matcher(String.valueOf(brokersWords));
        return found.find()
                ? Optional.of(new RefusedTimestamp(
                        Long.parseLong(found.group(1)), Long.parseLong(found.group(2)), Long.parseLong(found.group(3))))
                : Optional.empty();
    }

    /**
     * Says what is wrong and what mends it.
     *
     * @param nowMs this host's clock
     */
    String explained(long nowMs) {
        boolean isAhead = timestampMs > toMs;
        String setting = (isAhead ? "message.timestamp.after.max.ms" : "message.timestamp.before.max.ms")
                + " (message.timestamp.difference.max.ms before Kafka 3.6)";
        // By default a broker takes records of any age; then the range begins that much before its clock.
        Optional<Duration> off =
                fromMs < 0 ? Optional.of(Duration.ofMillis(nowMs - (fromMs + Long.MAX_VALUE))) : Optional.empty();
        boolean isClockRight = off.map(by -> by.abs().compareTo(SAME) < 0).orElse(nowMs >= fromMs && nowMs <= toMs);
        if (isClockRight) {
            return "a timestamp is %s %s than the topic takes, though this host's clock is right now; raise the topic's %s"
                    .formatted(
                            words(Duration.ofMillis(isAhead ? timestampMs - toMs : fromMs - timestampMs)),
                            isAhead ? "later" : "older",
                            setting);
        }
        return "this host's clock is %s %s the broker's, further than the topic takes; correct the clock, or raise the topic's %s"
                .formatted(
                        off.map(by -> words(by.abs()))
                                .orElseGet(() -> "more than "
                                        + words(Duration.ofMillis(isAhead ? nowMs - toMs : fromMs - nowMs))),
                        isAhead ? "ahead of" : "behind",
                        setting);
    }

    /** {@code 2 h 3 min 4 s}, without what is zero in front. */
    private static String words(Duration time) {
        StringBuilder words = new StringBuilder();
        if (time.toHours() > 0) {
            words.append(String.format(Locale.ROOT, "%,d h ", time.toHours()));
        }
        if (time.toMinutes() > 0) {
            words.append(time.toMinutesPart()).append(" min ");
        }
        return words.append(time.toSecondsPart()).append(" s").toString();
    }
}
