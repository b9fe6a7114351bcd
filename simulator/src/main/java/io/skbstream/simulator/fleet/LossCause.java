package io.skbstream.simulator.fleet;

import java.util.Locale;
import java.util.SplittableRandom;

/** Why an event that was numbered never reaches the topic; each is a count of {@link io.skbstream.avro.AgentLedger}. */
public enum LossCause {
    RING_FULL(6),
    EVICTED(2),
    REJECTED(1),
    SPOOL_FAILED(1),
    /** Had not left the agent when it had to end. */
    ABANDONED(0),
    /** Lost with a killed agent: in no count of its ledger but the numbers given. */
    KILLED(0);

    private final int weight;

    /** @param weight how often it is drawn; 0 if it comes only with a session's end */
    LossCause(int weight) {
        this.weight = weight;
    }

    /** The name that it has in the agent's own ledger on stdout. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    static LossCause draw(SplittableRandom random) {
        int at = random.nextInt(10); // the sum of all weights
        for (LossCause cause : values()) {
            at -= cause.weight;
            if (at < 0) {
                return cause;
            }
        }
        throw new AssertionError("the weights do not sum up to 10");
    }
}
