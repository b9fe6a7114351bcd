package io.skbstream.producer.audit;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an audit found of one session. Immutable.
 *
 * @param id which one
 * @param ledger its last word; empty if there is none
 * @param records its records in the topic
 * @param distinct different events among them
 * @param expected numbers that were given, as far as is known: by the ledger, and by the highest ones in the topic
 * @param causes causes of what is expected and not there; only those that count, and together exactly what is missing
 * @param problems what cannot be so; any of them is a loss unexplained
 * @param notes what else a reader should know
 */
public record SessionReport(
        SessionId id,
        Optional<AgentLedger> ledger,
        long records,
        long distinct,
        long expected,
        Map<Cause, Long> causes,
        List<String> problems,
        List<String> notes) {

    public SessionReport {
        causes = Map.copyOf(causes);
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    public long duplicates() {
        return records - distinct;
    }

    public long missing() {
        return expected - distinct;
    }

    public long unexplained() {
        return causes.getOrDefault(Cause.UNEXPLAINED, 0L);
    }

    public Verdict verdict() {
        if (unexplained() > 0 || !problems.isEmpty()) {
            return Verdict.LOSS_UNEXPLAINED;
        }
        if (causes.keySet().stream().anyMatch(Cause::isLost)) {
            return Verdict.LOSS_ACCOUNTED;
        }
        boolean ended = ledger.filter(last -> last.getState() == SessionState.STOPPED || last.getCountsFinal())
                .isPresent();
        return ended && missing() == 0 ? Verdict.COMPLETE : Verdict.COMPLETE_SO_FAR;
    }
}
