package io.skbstream.example;

import io.skbstream.avro.NetifReceive;
import java.util.Optional;

/** A record of the events' topic that can be read, but that no agent writes: its place is the dead-letter topic. */
final class RefusedEventException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Beyond what a CPU could number in a century; so no sum of numbers overflows. */
    private static final long MOST_SEQ = 1L << 56;

    RefusedEventException(String reason) {
        super(reason);
    }

    /**
     * What is wrong with an event; empty if nothing is.
     *
     * @param value null for a tombstone
     */
    static Optional<String> reason(Object key, NetifReceive value) {
        if (value == null) {
            return Optional.of("no value: not even an empty one");
        }
        if (!value.getHost().equals(key)) {
            return Optional.of("key %s, but host %s: the two are always the same".formatted(key, value.getHost()));
        }
        long timestampMs = value.getTimestamp().toEpochMilli();
        if (value.getCpu() < 0 || value.getSeq() < 0 || value.getLen() < 0 || timestampMs < 0) {
            return Optional.of("cpu %d, seq %d, len %d, timestamp %s: none is ever negative"
                    .formatted(value.getCpu(), value.getSeq(), value.getLen(), value.getTimestamp()));
        }
        if (value.getSeq() > MOST_SEQ) {
            return Optional.of("seq %d: no agent comes that far".formatted(value.getSeq()));
        }
        return Optional.empty();
    }
}
