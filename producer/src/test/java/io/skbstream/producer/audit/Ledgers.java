package io.skbstream.producer.audit;

import io.skbstream.avro.AckedLog;
import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.CpuSequence;
import io.skbstream.avro.Hook;
import io.skbstream.avro.SessionState;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Ledgers to change in tests. */
final class Ledgers {

    static final String HOST = "web-1";
    static final long SESSION = 1_790_000_000_000L;
    static final String TOPIC = "events";
    static final String TOPIC_ID = "id-of-now";
    static final Instant NOW = Instant.ofEpochMilli(SESSION).plusSeconds(3600);

    private Ledgers() {}

    /** A session of one CPU that has ended in order, with all of its events acknowledged. */
    static AgentLedger.Builder stopped(long events) {
        return AgentLedger.newBuilder()
                .setHost(HOST)
                .setSession(SESSION)
                .setTime(NOW)
                .setState(SessionState.STOPPED)
                .setHook(Hook.KPROBE)
                .setKernel("6.12")
                .setVersion("1.0")
                .setTopic(TOPIC)
                .setHits(events)
                .setBytes(0)
                .setFiltered(0)
                .setSampledOut(0)
                .setRateLimited(0)
                .setRingFull(0)
                .setCaptured(events)
                .setAcked(events)
                .setSpooled(0)
                .setEvicted(0)
                .setRejected(0)
                .setSpoolFailed(0)
                .setAbandoned(0)
                .setInFlight(0)
                .setReplayed(0)
                .setUnattributed(0)
                .setRejectedBy(Map.of())
                .setSequences(List.of(new CpuSequence(0, events)))
                .setDevices(List.of())
                .setLogs(List.of(log(TOPIC_ID, 0, events, 0, events - 1)));
    }

    static AckedLog log(String topicId, int partition, long acked, long firstOffset, long lastOffset) {
        return new AckedLog(topicId, partition, acked, firstOffset, lastOffset);
    }
}
