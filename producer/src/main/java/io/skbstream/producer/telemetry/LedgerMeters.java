package io.skbstream.producer.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.skbstream.avro.AgentLedger;
import io.skbstream.producer.agent.AgentStatus;
import io.skbstream.producer.ledger.Entry;
import io.skbstream.producer.ledger.Ledger;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ToLongFunction;

/** The account: one meter for each line of the ledger, and what belongs to it. One thread at a time. */
final class LedgerMeters {

    private final MeterRegistry registry;
    private final Set<String> reasons = new HashSet<>();
    private final Balance balance = new Balance();
    private AgentLedger record;
    private Ledger ledger;
    private long replayed;
    private long refused;

    LedgerMeters(MeterRegistry registry, AgentStatus first) {
        this.registry = registry;
        for (Entry entry : Entry.values()) {
            register(entry);
        }
        for (Entry cause : Ledger.LOSSES) {
            FunctionCounter.builder("skbstream.lost", this, now -> now.ledger.count(cause))
                    .description("Events that never will be delivered; the same that the ledger's lines count")
                    .tag("cause", cause.key())
                    .register(registry);
        }
        Gauge.builder("skbstream.unaccounted", this, now -> now.balance.unaccounted())
                .description("By how much the ledger was off when nothing moved; anything but 0 is a defect")
                .register(registry);
        counter("skbstream.hit.bytes", "Sum of the hits' lengths, without Ethernet headers", AgentLedger::getBytes);
        FunctionCounter.builder("skbstream.replayed", this, now -> now.replayed)
                .description("Events that left the spool for Kafka, of whatever session")
                .register(registry);
        FunctionCounter.builder("skbstream.ledgers.refused", this, now -> now.refused)
                .description("Ledgers that Kafka refused: what they account for is not proven")
                .register(registry);
        if (first.record().getRecursionMisses() != null) {
            counter(
                    "skbstream.recursion.misses",
                    "Runs of the program that the kernel skipped; in no other count",
                    AgentLedger::getRecursionMisses);
        }
        if (first.record().getNmissed() != null) {
            counter(
                    "skbstream.nmissed",
                    "Packets for which the kernel skipped the kprobe; in no other count",
                    AgentLedger::getNmissed);
        }
        refresh(first);
    }

    void refresh(AgentStatus now) {
        record = now.record();
        ledger = now.ledger();
        replayed = now.replayed();
        refused = now.ledgersRefused();
        balance.look(now);
        for (String reason : record.getRejectedBy().keySet()) {
            if (reasons.add(reason)) {
                FunctionCounter.builder("skbstream.rejected", this, me -> me.rejectedFor(reason))
                        .description(meaning(Entry.REJECTED))
                        .tag("reason", reason)
                        .register(registry);
            }
        }
    }

    private void register(Entry entry) {
        switch (entry) {
            case REJECTED -> {} // by reason, as reasons come
            case SPOOLED, IN_FLIGHT ->
                Gauge.builder(name(entry), this, now -> now.ledger.count(entry))
                        .description(meaning(entry))
                        .register(registry);
            default ->
                FunctionCounter.builder(name(entry), this, now -> now.ledger.count(entry))
                        .description(meaning(entry))
                        .register(registry);
        }
    }

    private void counter(String name, String meaning, ToLongFunction<AgentLedger> count) {
        FunctionCounter.builder(name, this, now -> count.applyAsLong(now.record))
                .description(meaning)
                .register(registry);
    }

    private long rejectedFor(String reason) {
        return record.getRejectedBy().getOrDefault(reason, 0L);
    }

    private static String meaning(Entry entry) {
        return switch (entry) {
            case HITS -> "Runs of the BPF program: one for each packet at the hook";
            case FILTERED -> "Hits that a filter turned away";
            case SAMPLED_OUT -> "Hits that sampling left out";
            case RATE_LIMITED -> "Hits beyond the rate limit";
            case RING_FULL -> "Hits that found no room in the ring: lost";
            case CAPTURED -> "Events taken out of the ring";
            case ACKED -> "Events that Kafka acknowledged, directly or out of the spool";
            case SPOOLED -> "Events of this session that wait in the spool";
            case EVICTED -> "Events that the spool's bound of bytes or age cost: lost";
            case REJECTED -> "Events that Kafka refused for good: lost";
            case SPOOL_FAILED -> "Events that the spool's disk did not take or keep: lost";
            case ABANDONED -> "Events that nobody had when the agent had to end: lost";
            case IN_FLIGHT -> "Events that Kafka's client has and has not decided on";
        };
    }

    private static String name(Entry entry) {
        return "skbstream." + entry.key();
    }
}
