package io.skbstream.simulator.fleet;

import io.skbstream.avro.NetifReceive;
import java.util.List;

/**
 * Events of one CPU that are sent later than those that follow them.
 *
 * @param session that captured them
 * @param events in the order of their numbers; not empty
 * @param dueNs when they are sent, in ns of simulated time since the Unix epoch; a host that is down then sends them when it
 *     is up again
 * @param kind what for
 */
record Batch(Session session, List<NetifReceive> events, long dueNs, Kind kind) {
    enum Kind {
        /** Sent for the first time, within {@code --latest}. */
        HELD,
        /** Sent before, and now again. */
        COPY,
        /** Sent for the first time, once a job's grace for them is over. */
        TOO_LATE
    }

    /** Time of the last one in ms since the Unix epoch, by the host's clock. */
    long newestMs() {
        return events.get(events.size() - 1).getTimestamp().toEpochMilli();
    }
}
