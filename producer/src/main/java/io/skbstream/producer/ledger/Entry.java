package io.skbstream.producer.ledger;

import java.util.Locale;

/**
 * Every way that a hit can go. Each is counted once, where it happens:
 *
 * <pre>
 * hits     = filtered + sampled_out + ring_full + captured
 * captured = acked + rejected + undelivered + in_flight
 * </pre>
 */
public enum Entry {
    /** The BPF program ran: one packet at the hook. Kernel. */
    HITS,
    /** A filter turned it away. Kernel. */
    FILTERED,
    /** Sampling left it out. Kernel. */
    SAMPLED_OUT,
    /** The ring had no room: lost, and a gap in {@code seq}. Kernel. */
    RING_FULL,
    /** Taken out of the ring. Capture thread. */
    CAPTURED,
    /** The broker acknowledged it. Kafka's callback. */
    ACKED,
    /** The broker refused it for good: lost, with a reason. Kafka's callback. */
    REJECTED,
    /**
     * Kafka did not acknowledge it within {@code delivery.timeout.ms} or before the agent ended. It counts as lost, though
     * the broker may have it: an acknowledgement can be lost too.
     */
    UNDELIVERED,
    /** With Kafka's client, undecided. 0 once the agent has ended. */
    IN_FLIGHT;

    /** As the ledger's JSON spells it: {@code ring_full}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
