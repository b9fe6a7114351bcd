package io.skbstream.example.ledger;

import io.skbstream.avro.AgentLedger;
import java.util.Collection;

/** What the ledgers of one host's sessions say about each other. */
public final class Sessions {
    /** A step of the clock, up to which one agent's sessions may seem to overlap; as in the audit. */
    private static final long CLOCK_STEP_MS = 1000;

    private Sessions() {}

    /**
     * Returns how many sessions ran at the same time, at most: each from its start to its newest ledger, which a killed one keeps. More
     * than one means that several agents use one host's name, because an agent that starts again does so after that.
     */
    public static int atOnce(Collection<AgentLedger> ledgers) {
        return ledgers.stream()
                .mapToInt(one -> (int) ledgers.stream()
                        .filter(other -> other == one
                                || other.getSession() <= one.getSession()
                                        && one.getSession() + CLOCK_STEP_MS
                                                < other.getTime().toEpochMilli())
                        .count())
                .max()
                .orElse(0);
    }
}
