package io.skbstream.simulator.fleet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a reader of the whole topic must find, per host and window, and where every event went, per session. Complete once the
 * fleet has {@linkplain Fleet#finish finished}. One thread.
 *
 * <p><b>missing</b>: a number that was never sent is missing in the window of the next higher number of the same (host,
 * session, cpu) that was sent, by that one's timestamp, in whatever order the two windows' events came. What no higher number
 * follows shows only in the last ledger of the session, and is {@code trailing} there.
 *
 * <p><b>missing_in_time</b>: the same for a reader that drops the events which are too late, and so misses them as well.
 *
 * <p><b>came_too_late</b>: such events of the host, of any earlier window, that came while the newest event of their partition
 * was in this one.
 */
public final class Truth {
    private final FleetSettings settings;
    private final Map<String, TreeMap<Long, WindowTruth>> hosts = new TreeMap<>();
    private final List<Session> sessions = new ArrayList<>();

    Truth(FleetSettings settings) {
        this.settings = settings;
    }

    /** Windows of one host by their start in ms since the Unix epoch, which its {@link Host} fills. */
    TreeMap<Long, WindowTruth> host(String name) {
        return hosts.computeIfAbsent(name, first -> new TreeMap<>());
    }

    void add(Session session) {
        sessions.add(session);
    }

    /** Writes one JSON object a line: every host and window, every session, the totals. */
    public void writeTo(Appendable out) throws IOException {
        for (var host : hosts.entrySet()) {
            for (var window : host.getValue().entrySet()) {
                out.append(String.format(
                                Locale.ROOT,
                                "{\"kind\":\"window\",\"host\":\"%s\",\"window_start_ms\":%d,\"window_end_ms\":%d,%s}",
                                host.getKey(),
                                window.getKey(),
                                window.getKey() + settings.windowMs(),
                                window.getValue().toJsonMembers()))
                        .append('\n');
            }
        }
        for (Session session : sessions) {
            out.append(session.toJson()).append('\n');
        }
        out.append(totals()).append('\n');
    }

    /** One line of JSON: the sums over all windows and sessions, and the seed. */
    public String totals() {
        var sum = new WindowTruth();
        hosts.values().forEach(windows -> windows.values().forEach(sum::add));
        long lost = sessions.stream().mapToLong(Session::lost).sum();
        long trailing = sessions.stream().mapToLong(Session::trailing).sum();
        long restarts = sessions.size() - settings.hosts();
        return String.format(
                Locale.ROOT,
                "{\"kind\":\"total\",\"seed\":%d,\"hosts\":%d,\"sessions\":%d,\"restarts\":%d,\"records\":%d,%s,"
                        + "\"lost\":%d,\"trailing\":%d}",
                settings.seed(),
                settings.hosts(),
                sessions.size(),
                Math.max(0, restarts),
                sum.events + sum.duplicates,
                sum.toJsonMembers(),
                lost,
                trailing);
    }
}
