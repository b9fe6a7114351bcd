package io.skbstream.producer.audit;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an audit found. Immutable.
 *
 * @param topic the topic of the events
 * @param sessions by host and start
 * @param absent hosts and sessions that were asked for, and that neither topic knows; for a person
 * @param unreadable what could not be decoded, in either topic
 */
public record AuditReport(
        String topic, List<SessionReport> sessions, List<String> absent, List<Unreadable> unreadable) {

    /**
     * Records that are none of ours, or that are broken.
     *
     * @param topic where they are
     * @param count how many
     * @param areAccounts whether some are ledgers, by their keys, so that sessions may be left out
     * @param first the first of them: partition, offset, and what is wrong with it
     */
    public record Unreadable(String topic, long count, boolean areAccounts, String first) {
        /** For a person. */
        @Override
        public String toString() {
            return (areAccounts ? Verdict.NO_ACCOUNT.label() + ", since ledgers are " : "") + "unreadable in topic "
                    + topic + ": " + count + "; the first: " + first;
        }
    }

    public AuditReport {
        sessions = List.copyOf(sessions);
        absent = List.copyOf(absent);
        unreadable = List.copyOf(unreadable);
    }

    /** The worst one of all sessions. Of what is not there or cannot be read, nothing is proven: it is NO_ACCOUNT. */
    public Verdict verdict() {
        boolean isIncomplete =
                sessions.isEmpty() || !absent.isEmpty() || unreadable.stream().anyMatch(Unreadable::areAccounts);
        Verdict least = isIncomplete ? Verdict.NO_ACCOUNT : Verdict.COMPLETE;
        return Stream.concat(Stream.of(least), sessions.stream().map(SessionReport::verdict))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** What is absent, in one line for a person, with a remedy; empty if nothing is. */
    public Optional<String> absence() {
        return absent.isEmpty()
                ? Optional.empty()
                : Optional.of(Verdict.NO_ACCOUNT.label() + ": no session was found of " + String.join(", ", absent)
                        + "; correct --host or --session, or see to that agent");
    }
}
