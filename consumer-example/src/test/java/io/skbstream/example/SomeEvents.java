package io.skbstream.example;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.Hook;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.avro.SessionState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Events, ledgers and rows as tests need them. */
public final class SomeEvents {
    /** Where a window begins. */
    public static final Instant T0 = Instant.parse("2026-09-21T14:13:20Z");

    public static final long SESSION = 1_790_000_000_000L;

    private SomeEvents() {}

    static Instant after(String time) {
        return T0.plus(Duration.parse("PT" + time));
    }

    public static NetifReceive event(
            String host, long session, int cpu, long seq, Instant timestamp, String device, int len, String comm) {
        return new NetifReceive(
                host, session, cpu, seq, timestamp, Hook.KPROBE, device, 1, 4026531840L, 0L, len, 0, 0, comm, 2048);
    }

    /** All that a row does not take from it is 0 or empty. */
    static AgentLedger ledger(String host, long session, SessionState state, long ringFull, long spooled) {
        return ledger(host, session, state)
                .setTime(T0.plusMillis(ringFull))
                .setHook(Hook.FENTRY)
                .setRingFull(ringFull)
                .setSpooled(spooled)
                .setEvicted(2)
                .setRejected(3)
                .setSpoolFailed(4)
                .setAbandoned(5)
                .build();
    }

    /** All counts are 0. */
    public static AgentLedger.Builder ledger(String host, long session, SessionState state) {
        return AgentLedger.newBuilder()
                .setHost(host)
                .setSession(session)
                .setTime(T0)
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
                .setAbandoned(0)
                .setInFlight(0)
                .setReplayed(0)
                .setUnattributed(0)
                .setRejectedBy(Map.of())
                .setSequences(List.of())
                .setDevices(List.of())
                .setLogs(List.of());
    }

    /** A window of 10 s, of a host without a ledger. */
    public static LoopbackByHost.Builder row(String host, long startS) {
        return LoopbackByHost.newBuilder()
                .setHost(host)
                .setWindowStart(T0.plusSeconds(startS))
                .setWindowEnd(T0.plusSeconds(startS + 10))
                .setPackets(0)
                .setBytes(0)
                .setEvents(0)
                .setMissing(0)
                .setDuplicates(0)
                .setLate(0)
                .setTalkers(List.of())
                .setHook(Hook.UNKNOWN)
                .setAgentState(SessionState.UNKNOWN);
    }
}
