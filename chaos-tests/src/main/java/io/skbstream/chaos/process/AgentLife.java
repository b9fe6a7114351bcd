package io.skbstream.chaos.process;

import io.skbstream.chaos.traffic.DeviceTotals;
import java.time.Duration;
import java.util.Optional;

/**
 * How one agent lived and ended; immutable.
 *
 * @param end how it ended
 * @param session its start, in milliseconds since the Unix epoch by its own clock
 * @param exitCode its exit code
 * @param ledger its last line on stdout
 * @param atLeast what the kernel received while the agent certainly captured
 * @param atMost what the kernel received from before its start to after its end; the same where no traffic was at either
 * @param shutdown how long its end in order took
 * @param tail the end of its log
 */
public record AgentLife(
        End end,
        long session,
        int exitCode,
        Optional<String> ledger,
        DeviceTotals atLeast,
        DeviceTotals atMost,
        Duration shutdown,
        String tail) {

    /** How an agent can end. */
    public enum End {
        /** By SIGTERM. */
        TERMINATED,
        /** By SIGKILL. */
        KILLED
    }
}
