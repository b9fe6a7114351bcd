package io.skbstream.chaos.schedule;

import io.skbstream.chaos.fault.Fault;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One run: what the agent is told, what it has to capture, and what goes wrong; immutable.
 *
 * @param seed what all the rest came from
 * @param rate datagrams a second
 * @param loadMs how long datagrams are sent
 * @param ringSize the agent's {@code --ring-size}
 * @param spoolMax the agent's {@code --spool-max}
 * @param spoolPolicy the agent's {@code --spool-policy}
 * @param replayRate the agent's {@code --replay-rate}
 * @param faults in the order of their begin; those of one target do not overlap
 */
public record Schedule(
        long seed,
        int rate,
        int loadMs,
        String ringSize,
        String spoolMax,
        String spoolPolicy,
        int replayRate,
        List<PlannedFault> faults) {

    /** Whether any of its faults is done to this. */
    public boolean touches(Fault.Target target) {
        return faults.stream().anyMatch(planned -> planned.fault().target() == target);
    }

    /** Whether it has a fault of this class. */
    public boolean has(Class<? extends Fault> kind) {
        return faults.stream().anyMatch(planned -> kind.isInstance(planned.fault()));
    }

    /** All faults in one line. */
    public String describeFaults() {
        return faults.isEmpty()
                ? "no fault"
                : faults.stream().map(PlannedFault::toString).collect(Collectors.joining("; "));
    }
}
