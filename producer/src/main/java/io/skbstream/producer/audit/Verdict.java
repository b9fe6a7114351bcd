package io.skbstream.producer.audit;

/** What an audit finds of one session; from the best to the worst. */
public enum Verdict {
    /** The session has ended, the kernel's count of it is final, and every event that it numbered is in the topic. */
    COMPLETE,
    /** Nothing is lost as far as anyone can know: what is missing is still to come, or a killed session has no final count. */
    COMPLETE_SO_FAR,
    /**
     * The agent fell silent: its next ledger, or its next start, says what came after its last one, and what became of events that are
     * missing.
     */
    UNSETTLED,
    /** Events are lost, and each of them has a cause. */
    LOSS_ACCOUNTED,
    /** Events are there, but no ledger that accounts for them: nothing is proven. */
    NO_ACCOUNT,
    /** Events are missing without a cause, or the ledger contradicts itself. */
    LOSS_UNEXPLAINED;

    /** For people: {@code LOSS ACCOUNTED}. */
    public String label() {
        return name().replace('_', ' ');
    }
}
