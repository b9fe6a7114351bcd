package io.skbstream.benchmarks;

import io.skbstream.demo.part.Ledger;

/**
 * One flood without the agent, and one with it after another that warmed it up.
 *
 * @param without the flood without the agent
 * @param with the flood while the agent ran
 * @param ledger the agent's account
 * @param inKafka records in the topic when all was over
 * @param carriedPerSecond events in Kafka a second, from the flood's start until its last packet was there
 * @param lifeCpuNs CPU time of the agent's process from its start to its end
 * @param warmCpuNsPerEvent the part of it from the flood's start until its last packet was in Kafka, by its events
 */
record Round(
        Flood.Result without,
        Flood.Result with,
        Ledger ledger,
        long inKafka,
        double carriedPerSecond,
        long lifeCpuNs,
        double warmCpuNsPerEvent) {

    double ratio() {
        return with.packetsPerSecond() / without.packetsPerSecond();
    }

    double lifeCpuNsPerEvent() {
        return (double) lifeCpuNs / ledger.captured();
    }

    /** Whether every event is in Kafka, by the agent's word and by the topic's. */
    boolean isWhole() {
        return ledger.balances() && ledger.lost() == 0 && ledger.acked() == inKafka && with.packets() <= inKafka;
    }
}
