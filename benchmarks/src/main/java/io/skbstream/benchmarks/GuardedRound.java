package io.skbstream.benchmarks;

/**
 * The same flood twice.
 *
 * @param on with circuit breaker, bulkhead and metrics
 * @param off without
 */
record GuardedRound(Round on, Round off) {

    /** Events a second that get to Kafka with guards, in parts of those without. */
    double throughput() {
        return on.carriedPerSecond() / off.carriedPerSecond();
    }

    /** CPU time of the agent an event, likewise. */
    double cpu() {
        return on.warmCpuNsPerEvent() / off.warmCpuNsPerEvent();
    }

    boolean isWhole() {
        return on.isWhole() && off.isWhole();
    }
}
