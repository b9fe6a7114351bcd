package io.skbstream.producer.audit;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an audit found of one session. Immutable.
 *
 * @param id which one
 * @param ledger its last word; empty if there is none
 * @param account how far its ledger accounts for it
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
        Account account,
        long records,
        long distinct,
        long expected,
        Map<Cause, Long> causes,
        List<String> problems,
        List<String> notes) {

    /** How far a session's ledger accounts for it. */
    public enum Account {
        /** There is no ledger. */
        NONE,
        /** The agent fell silent: nothing counts what came after its last ledger. */
        OPEN,
        /** To its end, or, of a running one, as far as can be; the first ledger of a young session may be still to come. */
        GIVEN
    }

    public SessionReport {
        causes = Map.copyOf(causes);
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    /** Hits that were not to be sent; they have no number. 0 without a ledger. */
    public long leftOut() {
        return ledger.map(last -> last.getFiltered() + last.getSampledOut() + last.getRateLimited())
                .orElse(0L);
    }

    /** Hits by the kernel's count; where that is not final, the hits that are known by their numbers count, too. */
    public long hits() {
        return countsAreFinal() ? ledger.orElseThrow().getHits() : leftOut() + expected;
    }

    /** The same with one more note. */
    SessionReport noting(String note) {
        List<String> all = new ArrayList<>(notes);
        all.add(note);
        return new SessionReport(id, ledger, account, records, distinct, expected, causes, problems, all);
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
        if (account == Account.NONE) {
            return Verdict.NO_ACCOUNT;
        }
        if (causes.keySet().stream().anyMatch(Cause::isLost)) {
            return Verdict.LOSS_ACCOUNTED;
        }
        if (account == Account.OPEN) {
            return Verdict.UNSETTLED;
        }
        return countsAreFinal() && missing() == 0 ? Verdict.COMPLETE : Verdict.COMPLETE_SO_FAR;
    }

    private boolean countsAreFinal() {
        return ledger.filter(last -> last.getState() == SessionState.STOPPED || last.getCountsFinal())
                .isPresent();
    }
}
