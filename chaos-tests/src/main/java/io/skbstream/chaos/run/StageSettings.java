package io.skbstream.chaos.run;

import io.skbstream.chaos.process.AgentOptions;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * What a stage is to be like; immutable.
 *
 * @param name of its topics and folder
 * @param tmpfsBytes size of the tmpfs that the spool is on; 0 for the machine's own disk
 * @param clockSteps whether the agent's clock can be stepped
 * @param shutdownTimeout the agent's
 * @param options what the agent is told beyond what all are
 */
record StageSettings(
        String name,
        long tmpfsBytes,
        boolean clockSteps,
        Duration shutdownTimeout,
        UnaryOperator<AgentOptions> options) {}
