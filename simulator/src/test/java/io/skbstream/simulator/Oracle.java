package io.skbstream.simulator;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.CpuSequence;
import io.skbstream.avro.NetifReceive;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a reader of the topics finds by itself: slow, all in memory, and of nothing but records and ledgers. They have to come
 * in the order of each partition.
 */
public final class Oracle {
    /** A window of a host; its start in ms. */
    public record Window(String host, long startMs) {}

    /** An agent's session. */
    public record SessionId(String host, long session) {}

    private record Cpu(SessionId session, int cpu) {}

    private record Seen(NetifReceive event, boolean tooLate) {}

    private final long windowMs;
    private final long graceMs;
    private final Map<Window, Map<String, Long>> windows = new HashMap<>();
    private final Map<Cpu, TreeMap<Long, Seen>> cpus = new HashMap<>();
    private final Map<String, Long> newestMs = new HashMap<>();
    private final Map<Integer, Long> newestOfPartitionMs = new HashMap<>();
    private final Map<SessionId, AgentLedger> lastWords = new HashMap<>();
    private final Map<SessionId, Long> duplicates = new HashMap<>();
    private final List<String> contradictions = new ArrayList<>();

    public Oracle(long windowMs, long graceMs) {
        this.windowMs = windowMs;
        this.graceMs = graceMs;
    }

    public void read(int partition, NetifReceive event) {
        var session = new SessionId(event.getHost(), event.getSession());
        var seen = cpus.computeIfAbsent(new Cpu(session, event.getCpu()), first -> new TreeMap<>());
        Seen before = seen.get(event.getSeq());
        if (before != null) {
            add(windowOf(event), "duplicates", 1);
            duplicates.merge(session, 1L, Long::sum);
            if (!before.event.equals(event)) {
                contradictions.add(event + " is not " + before.event);
            }
            return;
        }
        Window window = windowOf(event);
        long newest = newestMs.getOrDefault(event.getHost(), Long.MIN_VALUE);
        boolean late = !seen.isEmpty() && seen.lastKey() > event.getSeq();
        boolean tooLate = newest >= window.startMs + windowMs + graceMs;
        boolean lo = event.getDevice().equals("lo");
        add(window, "events", 1);
        add(window, "packets", lo ? 1 : 0);
        add(window, "bytes", lo ? event.getLen() : 0);
        add(window, "late", late ? 1 : 0);
        add(window, "too_late", tooLate ? 1 : 0);
        add(window, "too_late_packets", tooLate && lo ? 1 : 0);
        add(window, "too_late_bytes", tooLate && lo ? event.getLen() : 0);
        if (tooLate) {
            add(windowAt(event.getHost(), newestOfPartitionMs.get(partition)), "came_too_late", 1);
        }
        seen.put(event.getSeq(), new Seen(event, tooLate));
        long timestampMs = event.getTimestamp().toEpochMilli();
        newestMs.put(event.getHost(), Math.max(newest, timestampMs));
        newestOfPartitionMs.merge(partition, timestampMs, Math::max);
    }

    public void read(AgentLedger ledger) {
        lastWords.put(new SessionId(ledger.getHost(), ledger.getSession()), ledger);
    }

    /** Members of the truth's line by name, without those that are zero. */
    public Map<Window, Map<String, Long>> windows() {
        Map<Window, Map<String, Long>> all = new HashMap<>();
        windows.forEach((window, counts) -> all.put(window, new HashMap<>(counts)));
        cpus.values().forEach(seen -> {
            long expected = 0;
            long expectedInTime = 0;
            for (Seen one : seen.values()) {
                long seq = one.event.getSeq();
                var counts = all.get(windowOf(one.event));
                counts.merge("missing", seq - expected, Long::sum);
                expected = seq + 1;
                if (!one.tooLate) {
                    counts.merge("missing_in_time", seq - expectedInTime, Long::sum);
                    expectedInTime = seq + 1;
                }
            }
        });
        all.values().forEach(counts -> counts.values().removeIf(count -> count == 0));
        return all;
    }

    /** The last ledger of each session. */
    public Map<SessionId, AgentLedger> lastWords() {
        return lastWords;
    }

    /** Different events of a session so far. */
    public long distinct(SessionId session) {
        return cpus.entrySet().stream()
                .filter(entry -> entry.getKey().session.equals(session))
                .mapToLong(entry -> entry.getValue().size())
                .sum();
    }

    public long duplicates(SessionId session) {
        return duplicates.getOrDefault(session, 0L);
    }

    /** Numbers that the last ledger has given and that none in the topic follows. */
    public long trailing(SessionId session) {
        long sum = 0;
        for (CpuSequence given : lastWords.get(session).getSequences()) {
            var seen = cpus.getOrDefault(new Cpu(session, given.getCpu()), new TreeMap<>());
            sum += given.getNext() - (seen.isEmpty() ? 0 : seen.lastKey() + 1);
        }
        return sum;
    }

    /** Copies that differ, and timestamps of a CPU that go backwards. */
    public List<String> contradictions() {
        List<String> found = new ArrayList<>(contradictions);
        cpus.values().forEach(seen -> {
            NetifReceive before = null;
            for (Seen one : seen.values()) {
                if (before != null && one.event.getTimestamp().isBefore(before.getTimestamp())) {
                    found.add(one.event + " is before " + before);
                }
                before = one.event;
            }
        });
        return found;
    }

    private Window windowOf(NetifReceive event) {
        return windowAt(event.getHost(), event.getTimestamp().toEpochMilli());
    }

    private Window windowAt(String host, long timeMs) {
        return new Window(host, timeMs - Math.floorMod(timeMs, windowMs));
    }

    private void add(Window window, String what, long count) {
        windows.computeIfAbsent(window, first -> new HashMap<>()).merge(what, count, Long::sum);
    }
}
