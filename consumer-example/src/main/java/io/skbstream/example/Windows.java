package io.skbstream.example;

import java.time.Duration;
import org.apache.kafka.streams.kstream.TimeWindows;

/**
 * Tumbling windows, which begin at multiples of their length since the Unix epoch, and how long each is open.
 *
 * @param length of each
 * @param grace how far the stream time may be past a window's end while events of the window still count
 */
record Windows(Duration length, Duration grace) {

    /** Whether an event is too late for its window; by the same rule as Kafka Streams. */
    boolean isClosed(long timestampMs, long streamTimeMs) {
        long end = (timestampMs / length.toMillis() + 1) * length.toMillis();
        return end + grace.toMillis() <= streamTimeMs;
    }

    TimeWindows toStreams() {
        return TimeWindows.ofSizeAndGrace(length, grace);
    }

    /** How long a store must keep one. */
    Duration retention() {
        return length.plus(grace);
    }
}
