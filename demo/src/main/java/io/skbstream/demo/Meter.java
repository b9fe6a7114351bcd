package io.skbstream.demo;

import io.skbstream.avro.LoopbackByHost;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The moment's figures, from the topic itself, once a second. Used by one thread. */
final class Meter {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Feed feed;
    private Status last;
    private long readAtNs = System.nanoTime();

    Meter(Feed feed, String broker) {
        this.feed = feed;
        this.last = new Status(broker, 0, 0, null);
    }

    /** @param rows that came since the last reading */
    Status read(List<LoopbackByHost> rows) {
        var firstRowAfter = last.firstRowAfter();
        if (firstRowAfter == null && !rows.isEmpty()) {
            long startedMs =
                    ManagementFactory.getRuntimeMXBean().getStartTime(); // of the JVM: not what a build took before
            firstRowAfter = Duration.between(Instant.ofEpochMilli(startedMs), Instant.now());
        }
        long eventsPerSecond = last.eventsPerSecond();
        long events = last.events();
        long elapsedNs = System.nanoTime() - readAtNs;
        if (elapsedNs >= INTERVAL.toNanos()) {
            events = feed.events();
            eventsPerSecond = Math.round((events - last.events()) * 1e9 / elapsedNs);
            readAtNs += elapsedNs;
        }
        last = new Status(last.broker(), eventsPerSecond, events, firstRowAfter);
        return last;
    }
}
