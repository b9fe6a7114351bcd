package io.skbstream.producer.telemetry;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.DeviceTotal;
import io.skbstream.avro.Hook;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.agent.AgentStatus;
import io.skbstream.producer.publish.Acknowledgements;
import io.skbstream.producer.publish.SchemaIds;
import io.skbstream.producer.spool.SpoolState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** An agent's status in which every count is another number, the account balances, and nothing is absent. */
final class SomeStatus {

    static final SpoolState SPOOL = new SpoolState(
            7_000, 100_000, 70, 2, OptionalLong.of(System.currentTimeMillis() - 60_000), Optional.empty());

    private final AgentLedger.Builder record = AgentLedger.newBuilder()
            .setHost("vm")
            .setSession(1_790_000_000_500L)
            .setTime(Instant.EPOCH)
            .setState(SessionState.RUNNING)
            .setHook(Hook.KPROBE)
            .setKernel("6.1.0")
            .setVersion("0.1.0")
            .setTopic("t")
            .setHits(1000)
            .setBytes(225_600)
            .setFiltered(200)
            .setSampledOut(70)
            .setRateLimited(30)
            .setRingFull(50)
            .setCaptured(650)
            .setAcked(597)
            .setSpooled(20)
            .setEvicted(10)
            .setRejected(5)
            .setSpoolFailed(8)
            .setAbandoned(7)
            .setInFlight(3)
            .setReplayed(40)
            .setRecursionMisses(11L)
            .setNmissed(12L)
            .setUnattributed(4)
            .setUnattributedBytes(600)
            .setRejectedBy(Map.of("RecordTooLargeException", 2L, "InvalidTimestampException", 3L))
            .setSequences(List.of())
            .setDevices(List.of(new DeviceTotal(4026531840L, 7L, 1, "lo", 996L, 225_000L)))
            .setLogs(List.of());
    private boolean settled;
    private SpoolState spool = SPOOL;
    private String breaker = "CLOSED";
    private Acknowledgements.State acknowledgements = Acknowledgements.State.FLOWING;
    private SchemaIds.State registry = SchemaIds.State.WITHOUT;
    private boolean ending;

    AgentLedger.Builder record() {
        return record;
    }

    SomeStatus settled() {
        settled = true;
        return this;
    }

    SomeStatus with(SpoolState other) {
        spool = other;
        return this;
    }

    SomeStatus breaker(String state) {
        breaker = state;
        return this;
    }

    SomeStatus acknowledgements(Acknowledgements.State state) {
        acknowledgements = state;
        return this;
    }

    SomeStatus registry(SchemaIds.State state) {
        registry = state;
        return this;
    }

    SomeStatus ending() {
        ending = true;
        return this;
    }

    AgentStatus build() {
        return new AgentStatus(
                record.build(),
                settled,
                4096,
                65_536,
                5,
                128,
                Duration.ofMillis(3),
                spool,
                41,
                2,
                breaker,
                acknowledgements,
                registry,
                ending);
    }
}
