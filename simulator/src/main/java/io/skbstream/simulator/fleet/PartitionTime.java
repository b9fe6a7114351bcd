package io.skbstream.simulator.fleet;

/** How far the events of one partition have come, which the hosts in it share. One thread. */
final class PartitionTime {
    private long newestMs = Long.MIN_VALUE;

    /** An event is sent. */
    void advanceTo(long timestampMs) {
        newestMs = Math.max(newestMs, timestampMs);
    }

    /** Time of the newest event that was sent, in ms since the Unix epoch. */
    long newestMs() {
        return newestMs;
    }
}
