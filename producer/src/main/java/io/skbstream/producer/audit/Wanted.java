package io.skbstream.producer.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which sessions to report.
 *
 * @param hosts of these hosts only; of all if empty
 * @param sessions with these starts only, in milliseconds since the Unix epoch; with any if empty
 */
public record Wanted(Set<String> hosts, Set<Long> sessions) {

    public Wanted {
        hosts = Set.copyOf(hosts);
        sessions = Set.copyOf(sessions);
    }

    boolean has(SessionId id) {
        return (hosts.isEmpty() || hosts.contains(id.host()))
                && (sessions.isEmpty() || sessions.contains(id.session()));
    }

    /** The hosts and starts that were asked for and that none of these sessions has, for a person: {@code host web-3}. */
    List<String> absentFrom(Collection<SessionId> found) {
        List<String> absent = new ArrayList<>();
        for (String host : new TreeSet<>(hosts)) {
            if (found.stream().noneMatch(id -> id.host().equals(host))) {
                absent.add("host " + host);
            }
        }
        for (long session : new TreeSet<>(sessions)) {
            if (found.stream().noneMatch(id -> id.session() == session)) {
                absent.add("session " + Instant.ofEpochMilli(session));
            }
        }
        return absent;
    }
}
