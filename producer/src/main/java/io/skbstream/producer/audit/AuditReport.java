package io.skbstream.producer.audit;

import java.util.Comparator;
import java.util.List;

/**
 * What an audit found. Immutable.
 *
 * @param topic the topic of the events
 * @param sessions by host and start
 * @param unreadable what could not be decoded, in either topic
 */
public record AuditReport(String topic, List<SessionReport> sessions, List<Unreadable> unreadable) {

    /**
     * Records that are none of ours, or that are broken.
     *
     * @param topic where they are
     * @param count how many
     * @param first the first of them: partition, offset, and what is wrong with it
     */
    public record Unreadable(String topic, long count, String first) {
        /** For a person. */
        @Override
        public String toString() {
            return "unreadable in topic " + topic + ": " + count + "; the first: " + first;
        }
    }

    public AuditReport {
        sessions = List.copyOf(sessions);
        unreadable = List.copyOf(unreadable);
    }

    /** The worst one of all sessions; COMPLETE where there are none. */
    public Verdict verdict() {
        return sessions.stream()
                .map(SessionReport::verdict)
                .max(Comparator.naturalOrder())
                .orElse(Verdict.COMPLETE);
    }
}
