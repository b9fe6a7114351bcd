package io.skbstream.producer.audit;

import java.util.Locale;

/**
 * Why an event that the kernel numbered is not in the topic; in the order in which causes are charged with what is missing.
 * Counts of the ledger come first. Those behind them are inferred, and charged only with what remains.
 */
public enum Cause {
    RING_FULL(true, "the ring had no room"),
    EVICTED(true, "the spool's bound of bytes or age"),
    REJECTED(true, "Kafka refused them for good"),
    SPOOL_FAILED(true, "the spool's disk did not take or keep them"),
    ABANDONED(true, "neither Kafka nor the spool had them when the agent had to end"),
    /** They wait on the host's disk for the next start of its agent, or for a running one to come to them. */
    SPOOLED(false, "wait on the host's disk"),
    IN_FLIGHT(false, "with Kafka's client, undecided"),
    TOPIC_GONE(
            true, "acknowledged by a log that is not there any more: the topic was made anew, or its broker lost it"),
    RETENTION(true, "acknowledged, and since then deleted from the beginning of the topic"),
    COMPACTED(true, "deleted by Kafka: cleanup.policy=compact keeps one event a host; set the topic's to delete"),
    KILLED(true, "lost with the agent's process; by elimination"),
    UNDER_WAY(false, "numbered, and not yet here"),
    UNSETTLED(false, "undecided when their agent fell silent; its next start settles them"),
    UNEXPLAINED(true, "nothing accounts for them");

    private final boolean lost;
    private final String text;

    Cause(boolean lost, String text) {
        this.lost = lost;
        this.text = text;
    }

    /** Whether such an event will never be in the topic again. */
    public boolean isLost() {
        return lost;
    }

    /** For people: {@code ring full}. */
    public String label() {
        return key().replace('_', ' ');
    }

    /** For machines: {@code ring_full}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What it means, in a few words. */
    public String text() {
        return text;
    }
}
