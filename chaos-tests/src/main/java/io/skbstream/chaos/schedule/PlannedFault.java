package io.skbstream.chaos.schedule;

import io.skbstream.chaos.fault.Fault;
import java.util.Locale;

/**
 * A fault and its time; immutable.
 *
 * @param atMs when it begins, after the beginning of the load
 * @param durationMs how long it lasts
 */
public record PlannedFault(Fault fault, int atMs, int durationMs) {

    public int endMs() {
        return atMs + durationMs;
    }

    boolean overlaps(PlannedFault other) {
        return atMs < other.endMs() && other.atMs < endMs();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s at %.1f s for %.1f s", fault.describe(), atMs / 1e3, durationMs / 1e3);
    }
}
