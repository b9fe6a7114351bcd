package io.skbstream.example.page;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.Hook;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.SessionState;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Rows and ledgers as tests of the page need them. */
final class SomeRows {
    static final Instant T0 = Instant.parse("2026-09-21T14:13:20Z");
    static final long SESSION = 1_790_000_000_000L;

    private SomeRows() {}

    /** A window of 10 s. */
    static LoopbackByHost row(String host, long startS, long packets, long missing) {
        return LoopbackByHost.newBuilder()
                .setHost(host)
                .setWindowStart(T0.plusSeconds(startS))
                .setWindowEnd(T0.plusSeconds(startS + 10))
                .setPackets(packets)
                .setBytes(100 * packets)
                .setEvents(packets)
                .setMissing(missing)
                .setDuplicates(0)
                .setLate(0)
                .setTalkers(List.of())
                .setSessions(List.of(SESSION))
                .setHook(Hook.UNKNOWN)
                .setAgentState(SessionState.UNKNOWN)
                .build();
    }

    static long ms(long seconds) {
        return T0.plusSeconds(seconds).toEpochMilli();
    }

    static AgentLedger ledger(String host, long session, SessionState state, Instant time, long abandoned) {
        return AgentLedger.newBuilder()
                .setHost(host)
                .setSession(session)
                .setTime(time)
                .setState(state)
                .setHook(Hook.KPROBE)
                .setKernel("6.1.0")
                .setVersion("0.1.0")
                .setTopic("in")
                .setHits(0)
                .setBytes(0)
                .setFiltered(0)
                .setSampledOut(0)
                .setRateLimited(0)
                .setRingFull(0)
                .setCaptured(0)
                .setAcked(0)
                .setSpooled(0)
                .setEvicted(0)
                .setRejected(0)
                .setSpoolFailed(0)
                .setAbandoned(abandoned)
                .setInFlight(0)
                .setReplayed(0)
                .setUnattributed(0)
                .setRejectedBy(Map.of())
                .setSequences(List.of())
                .setDevices(List.of())
                .setLogs(List.of())
                .build();
    }
}
