package io.skbstream.producer.audit;

import java.time.Instant;
import java.util.Comparator;

/**
 * One agent from its start to its end.
 *
 * @param host name of its host
 * @param session its start, in milliseconds since the Unix epoch
 */
public record SessionId(String host, long session) implements Comparable<SessionId> {

    private static final Comparator<SessionId> ORDER =
            Comparator.comparing(SessionId::host).thenComparingLong(SessionId::session);

    public Instant start() {
        return Instant.ofEpochMilli(session);
    }

    /** By host, then from the oldest to the newest. */
    @Override
    public int compareTo(SessionId other) {
        return ORDER.compare(this, other);
    }
}
