package io.skbstream.producer.telemetry;

import io.skbstream.producer.agent.AgentStatus;

/**
 * By how much the account was off when nothing moved. Only then must it balance; and since a thread can be halted between
 * moving an event and counting it, a second look has to confirm it. One thread at a time.
 */
final class Balance {

    private AgentStatus seen;
    private long last;
    private long unaccounted;

    void look(AgentStatus status) {
        if (status.settled() && status != seen) {
            seen = status;
            long now = status.ledger().unaccounted();
            unaccounted = Math.min(last, now);
            last = now;
        }
    }

    /** Events that went a way that has no name, as two looks saw it. */
    long unaccounted() {
        return unaccounted;
    }
}
