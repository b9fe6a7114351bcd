package io.skbstream.producer.spool;

import java.util.List;

/**
 * What a look at every byte of a spool folder gave; immutable.
 *
 * @param segments segment files
 * @param blocks blocks that were decoded
 * @param events events in them, all of a schema that is known here
 * @param problems what is torn, unreadable or missing, a line each
 * @param notes what is worth knowing and no damage, a line each
 */
public record SpoolVerification(int segments, long blocks, long events, List<String> problems, List<String> notes) {

    /** Whether everything is well. */
    public boolean isSound() {
        return problems.isEmpty();
    }
}
