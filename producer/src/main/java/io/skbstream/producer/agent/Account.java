package io.skbstream.producer.agent;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.CpuSequence;
import io.skbstream.avro.DeviceTotal;
import io.skbstream.avro.Hook;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.capture.Capture;
import io.skbstream.producer.capture.KernelCounts;
import io.skbstream.producer.capture.NetifReceiveProbe;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.ledger.Entry;
import io.skbstream.producer.ledger.Ledger;
import io.skbstream.producer.publish.Deliveries;
import io.skbstream.producer.publish.KafkaLink;
import io.skbstream.producer.publish.Publisher;
import io.skbstream.producer.spool.Spool;
import io.skbstream.producer.spool.SpoolCounts;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Brings together what is counted in the kernel, by the threads and by the spool. Any thread; one at a time is let in. */
final class Account {

    private final AgentSettings settings;
    private final long session;
    private final NetifReceiveProbe probe;
    private final Capture capture;
    private final Publisher publisher;
    private final Deliveries deliveries;
    private final Spool spool;
    private final KafkaLink kafka;
    private final String release = Kernel.running().release(); // once: a full file table must not end a running agent

    Account(
            AgentSettings settings,
            long session,
            NetifReceiveProbe probe,
            Capture capture,
            Publisher publisher,
            Deliveries deliveries,
            Spool spool,
            KafkaLink kafka) {
        this.settings = settings;
        this.session = session;
        this.probe = probe;
        this.capture = capture;
        this.publisher = publisher;
        this.deliveries = deliveries;
        this.spool = spool;
        this.kafka = kafka;
    }

    /** The counts as of now; while events are moving, they are read a moment apart and need not balance. */
    synchronized Ledger ledger() {
        return ledger(probe.counts(), spool.counts());
    }

    /** The same with all that belongs to it, for the topic, the spool's account and the last line. */
    synchronized AgentLedger record(SessionState state) {
        KernelCounts kernel = probe.counts();
        SpoolCounts spooled = spool.counts();
        Ledger ledger = ledger(kernel, spooled);
        return AgentLedger.newBuilder()
                .setHost(settings.host())
                .setSession(session)
                .setTime(Instant.ofEpochMilli(System.currentTimeMillis()))
                .setState(state)
                .setHook(Hook.valueOf(probe.hook().name()))
                .setKernel(release)
                .setVersion(settings.version())
                .setTopic(kafka.topic())
                .setHits(ledger.count(Entry.HITS))
                .setBytes(kernel.bytes())
                .setFiltered(ledger.count(Entry.FILTERED))
                .setSampledOut(ledger.count(Entry.SAMPLED_OUT))
                .setRateLimited(ledger.count(Entry.RATE_LIMITED))
                .setRingFull(ledger.count(Entry.RING_FULL))
                .setCaptured(ledger.count(Entry.CAPTURED))
                .setAcked(ledger.count(Entry.ACKED))
                .setSpooled(ledger.count(Entry.SPOOLED))
                .setEvicted(ledger.count(Entry.EVICTED))
                .setRejected(ledger.count(Entry.REJECTED))
                .setSpoolFailed(ledger.count(Entry.SPOOL_FAILED))
                .setAbandoned(ledger.count(Entry.ABANDONED))
                .setInFlight(ledger.count(Entry.IN_FLIGHT))
                .setReplayed(spooled.acked())
                .setRecursionMisses(orNull(probe.recursionMisses()))
                .setNmissed(orNull(probe.kprobeMisses()))
                .setUnattributed(kernel.unattributed())
                .setUnattributedBytes(kernel.unattributedBytes())
                .setRejectedBy(rejectedBy(spooled))
                .setSequences(sequences(kernel))
                .setDevices(devices())
                .setLogs(kafka.acknowledgedLogs(settings.host(), session))
                .setCountsFinal(state == SessionState.STOPPED)
                .build();
    }

    private Ledger ledger(KernelCounts kernel, SpoolCounts spooled) {
        Map<Entry, Long> counts = new EnumMap<>(Entry.class);
        counts.put(Entry.HITS, kernel.hits());
        counts.put(Entry.FILTERED, kernel.filtered());
        counts.put(Entry.SAMPLED_OUT, kernel.sampledOut());
        counts.put(Entry.RATE_LIMITED, kernel.rateLimited());
        counts.put(Entry.RING_FULL, kernel.ringFull());
        counts.put(Entry.CAPTURED, capture.captured());
        counts.put(Entry.ACKED, deliveries.acked() + spooled.acked());
        counts.put(Entry.SPOOLED, spooled.spooled());
        counts.put(Entry.EVICTED, spooled.evicted());
        counts.put(Entry.REJECTED, sum(rejectedBy(spooled)));
        counts.put(Entry.SPOOL_FAILED, spooled.failed());
        counts.put(Entry.ABANDONED, publisher.abandoned() + capture.abandoned());
        counts.put(Entry.IN_FLIGHT, deliveries.inFlight());
        return new Ledger(counts);
    }

    private Map<String, Long> rejectedBy(SpoolCounts spooled) {
        Map<String, Long> reasons = new TreeMap<>(deliveries.rejectedBy());
        spooled.rejectedBy().forEach((reason, count) -> reasons.merge(reason, count, Long::sum));
        return reasons;
    }

    private List<DeviceTotal> devices() {
        return probe.devices().stream()
                .map(one -> new DeviceTotal(
                        one.netns(), one.cookie(), one.ifindex(), one.device(), one.packets(), one.bytes()))
                .toList();
    }

    static List<CpuSequence> sequences(KernelCounts kernel) {
        return kernel.sequences().entrySet().stream()
                .map(one -> new CpuSequence(one.getKey(), one.getValue()))
                .toList();
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static Long orNull(OptionalLong count) {
        return count.isPresent() ? count.getAsLong() : null;
    }
}
