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
    private long eventHeardMs;
    private long ledgerHeardMs;

    Host(String name) {
        this.name = name;
    }

    /** The later row of a window replaces the earlier one; of too many windows the oldest goes. */
    void take(LoopbackByHost newer, long eventMs, long heardMs) {
        var window = Window.of(newer);
        var older = windows.put(window.startMs(), window);
        changed.add(window.startMs());
        if (windows.size() > Fleet.WINDOWS) {
            changed.remove(windows.pollFirstEntry().getKey());
        }
        if (row == null || !newer.getWindowStart().isBefore(row.getWindowStart())) {
            row = newer;
        }
        long cameBefore = older == null ? 0 : older.came();
        if (window.came() > cameBefore) { // else it has the time of another host's event, to which this one's are late
            newestEventMs = Math.max(newestEventMs, eventMs);
            eventHeardMs = Math.max(eventHeardMs, heardMs);
        }
    }

    /** Ledgers of older sessions, which may still come, are passed by. */
    void take(AgentLedger newer, long heardMs) {
        if (ledger == null || newer.getSession() >= ledger.getSession()) {
            ledger = newer;
            ledgerHeardMs = Math.max(ledgerHeardMs, heardMs);
        }
    }

    /** When it was last heard of, by this machine's clock. */
    long heardMs() {
        return Math.max(eventHeardMs, ledgerHeardMs);
    }

    HostState state() {
        return state(List.copyOf(windows.values()));
    }

    /** What has changed since the last call. */
    HostState drain() {
        var state = state(changed.stream().map(windows::get).toList());
        changed.clear();
        return state;
    }

    private HostState state(List<Window> shown) {
        return new HostState(name, newestEventMs, eventHeardMs, ledgerHeardMs, row, ledger, shown);
    }
}
