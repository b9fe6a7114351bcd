package io.skbstream.chaos.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a topic holds of the events of one host in each tumbling window of event time, counted as the sample job says that it counts. Used
 * by one thread.
 */
public final class WindowCounts {

    private final Duration length;
    private final Map<Sequence, NavigableMap<Long, Instant>> windowsBySeq = new HashMap<>();
    private final Map<Instant, Long> duplicates = new HashMap<>();

    /** Numbers that an agent gave on one CPU. */
    private record Sequence(long session, int cpu) {}

    /**
     * What there is of one window; immutable.
     *
     * @param events different ones
     * @param missing numbers that are not in the topic, and whose next higher one is and lies in this window
     * @param duplicates events that came once more
     */
    public record Counts(long events, long missing, long duplicates) {

        private Counts plus(Counts more) {
            return new Counts(events + more.events, missing + more.missing, duplicates + more.duplicates);
        }
    }

    public WindowCounts(Duration length) {
        this.length = length;
    }

    /** Adds a record. */
    public void add(long session, int cpu, long seq, Instant time) {
        long lengthMs = length.toMillis();
        Instant start = Instant.ofEpochMilli(Math.floorDiv(time.toEpochMilli(), lengthMs) * lengthMs);
        var known = windowsBySeq.computeIfAbsent(new Sequence(session, cpu), none -> new TreeMap<>());
        if (known.putIfAbsent(seq, start) != null) {
            duplicates.merge(start, 1L, Long::sum);
        }
    }

    /** The counts of each window that has events, by its begin. */
    public SortedMap<Instant, Counts> byWindow() {
        SortedMap<Instant, Counts> counts = new TreeMap<>();
        for (NavigableMap<Long, Instant> sequence : windowsBySeq.values()) {
            long next = 0;
            for (var event : sequence.entrySet()) {
                counts.merge(event.getValue(), new Counts(1, event.getKey() - next, 0), Counts::plus);
                next = event.getKey() + 1;
            }
        }
        duplicates.forEach((start, more) -> counts.merge(start, new Counts(0, 0, more), Counts::plus));
        return counts;
    }
}
