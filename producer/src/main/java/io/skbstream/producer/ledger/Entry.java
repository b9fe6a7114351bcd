package io.skbstream.producer.ledger;

import java.util.Locale;

/**
 * Every way that a hit can go. Each is counted once, where it happens:
 *
 * <pre>
 * hits     = filtered + sampled_out + rate_limited + ring_full + captured
 * captured = acked + spooled + evicted + rejected + spool_failed + abandoned + in_flight
 * </pre>
 */
public enum Entry {
    /** The BPF program ran: one packet at the hook. Kernel. */
    HITS,
    /** A filter turned it away, or it was Kafka's own traffic on this host. Kernel. */
    FILTERED,
    /** Sampling left it out. Kernel. */
    SAMPLED_OUT,
    /** Beyond the rate limit. Kernel. */
    RATE_LIMITED,
    /** The ring had no room: lost, and a gap in {@code seq}. Kernel. */
    RING_FULL,
    /** Taken out of the ring. Capture thread. */
    CAPTURED,
    /** The broker acknowledged it, directly or out of the spool. Kafka's callbacks. */
    ACKED,
    /** Waits on disk. Spool. */
    SPOOLED,
    /** The spool's bound of bytes or age cost it: lost. Spool. */
    EVICTED,
    /** The broker refused it for good: lost, with a reason. Kafka's callbacks. */
    REJECTED,
    /** The spool's disk did not take or keep it: lost. Spool. */
    SPOOL_FAILED,
    /** Neither Kafka nor the spool had it when the agent had to end: lost. Both threads. */
    ABANDONED,
    /** With Kafka's client, undecided. 0 once the agent has ended. */
    IN_FLIGHT;

    /** As the ledger's JSON spells it: {@code ring_full}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
