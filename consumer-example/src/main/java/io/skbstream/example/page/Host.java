package io.skbstream.example.page;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.LoopbackByHost;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** One host's newest windows and its agent's last word. Guarded by its {@link Fleet}. */
final class Host {
    private final String name;
    private final TreeMap<Long, Window> windows = new TreeMap<>();
    private final TreeSet<Long> changed = new TreeSet<>();
    private LoopbackByHost row;
    private AgentLedger ledger;
    private long newestEventMs;

    Host(String name) {
        this.name = name;
    }

    /** The later row of a window replaces the earlier one; of too many windows the oldest goes. */
    void take(LoopbackByHost newer, long eventMs) {
        var window = Window.of(newer);
        windows.put(window.startMs(), window);
        changed.add(window.startMs());
        if (windows.size() > Fleet.WINDOWS) {
            changed.remove(windows.pollFirstEntry().getKey());
        }
        if (row == null || !newer.getWindowStart().isBefore(row.getWindowStart())) {
            row = newer;
        }
        newestEventMs = Math.max(newestEventMs, eventMs);
    }

    /** Ledgers of older sessions, which may still come, are passed by. */
    void take(AgentLedger newer) {
        if (ledger == null || newer.getSession() >= ledger.getSession()) {
            ledger = newer;
        }
    }

    /** When it was last heard of, in ms since the epoch. */
    long heardMs() {
        return Math.max(newestEventMs, ledger == null ? 0 : ledger.getTime().toEpochMilli());
    }

    HostState state() {
        return new HostState(name, newestEventMs, row, ledger, List.copyOf(windows.values()));
    }

    /** What has changed since the last call. */
    HostState drain() {
        var state = new HostState(
                name,
                newestEventMs,
                row,
                ledger,
                changed.stream().map(windows::get).toList());
        changed.clear();
        return state;
    }
}
