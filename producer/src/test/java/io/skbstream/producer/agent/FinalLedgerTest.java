package io.skbstream.producer.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.DeviceTotal;
import io.skbstream.avro.Hook;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.ledger.Entry;
import io.skbstream.producer.ledger.Ledger;
import io.skbstream.producer.publish.LedgerTopic.Fate;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FinalLedgerTest {

    private static final Ledger COUNTS = ledger(1000, 200, 70, 30, 50, 650, 600, 20, 10, 5, 8, 7, 0);

    @Test
    void theLineIsExactlyThis() {
        AgentLedger record = record().setRecursionMisses(3L)
                .setNmissed(4L)
                .setDevices(List.of(
                        new DeviceTotal(4026531840L, 7L, 1, "lo", 900L, 75_600L),
                        new DeviceTotal(4026531840L, 7L, 2, "eth0", 100L, 150_000L)))
                .build();

        assertThat(new FinalLedger(record, Duration.ofNanos(1_234_567), Fate.ACKED, List.of()).toJson())
                .isEqualTo(
                        "{\"host\":\"vm\",\"session\":1790000000000,\"hook\":\"TRACEPOINT\",\"kernel\":\"6.1.0\",\"version\":\"0.1.0\","
                                + "\"hits\":1000,\"filtered\":200,\"sampled_out\":70,\"rate_limited\":30,\"ring_full\":50,"
                                + "\"captured\":650,\"acked\":600,\"spooled\":20,\"evicted\":10,\"rejected\":5,\"spool_failed\":8,"
                                + "\"abandoned\":7,\"in_flight\":0,\"replayed\":40,\"bytes\":225600,"
                                + "\"recursion_misses\":3,\"nmissed\":4,\"unaccounted\":0,\"unattributed\":2,\"unattributed_bytes\":300,"
                                + "\"capture_blocked_max_ms\":1.23,\"devices\":["
                                + "{\"netns\":4026531840,\"netns_cookie\":7,\"ifindex\":1,\"device\":\"lo\",\"packets\":900,\"bytes\":75600},"
                                + "{\"netns\":4026531840,\"netns_cookie\":7,\"ifindex\":2,\"device\":\"eth0\",\"packets\":100,\"bytes\":150000}]}");
    }

    @Test
    void reasonsOfRejectionAreNamedIfThereAreAny() {
        Map<String, Long> reasons =
                new TreeMap<>(Map.of("RecordTooLargeException", 2L, "InvalidTimestampException", 3L));

        assertThat(json(record().setRejectedBy(reasons).build()))
                .contains(
                        "\"rejected_by\":{\"InvalidTimestampException\":3,\"RecordTooLargeException\":2},\"devices\":[]}");
        assertThat(json(record().build())).doesNotContain("rejected_by");
    }

    @Test
    void anEventThatIsStillInFlightAtTheEndIsUnaccounted() {
        assertThat(atTheEnd(0).unaccounted()).isZero();
        assertThat(atTheEnd(2).unaccounted()).isEqualTo(2);
        assertThat(atTheEnd(-1).unaccounted()).as("a callback that came twice").isEqualTo(1);
    }

    @Test
    void threadsThatTheAgentHadToEndWithoutAreNamed() {
        var last = new FinalLedger(record().build(), Duration.ZERO, Fate.ACKED, List.of("publish", "replay"));

        assertThat(last.toJson()).contains("\"not_ended\":[\"publish\",\"replay\"],\"devices\":");
        assertThat(json(record().build())).doesNotContain("not_ended");
    }

    @Test
    void whatTheKernelDoesNotCountIsNullAndNotZero() {
        assertThat(json(record().build())).contains("\"recursion_misses\":null,\"nmissed\":null");
    }

    @Test
    void whatTheKernelSkippedIsBothOfItsCountsAndZeroWhereItTellsNone() {
        assertThat(skipped(3L, 4L)).isEqualTo(7);
        assertThat(skipped(null, 4L)).isEqualTo(4);
        assertThat(skipped(3L, null)).isEqualTo(3);
        assertThat(skipped(null, null)).isZero();
    }

    @Test
    void strangeNamesStillMakeOneLine() {
        assertThat(json(record().setDevices(List.of(new DeviceTotal(1L, 0L, 1, "a\"b\n", 1L, 1L)))
                        .build()))
                .contains("\"device\":\"a\\\"b\\n\"")
                .doesNotContain("\n");
    }

    private static long skipped(Long recursionMisses, Long kprobeMisses) {
        AgentLedger record = record().setRecursionMisses(recursionMisses)
                .setNmissed(kprobeMisses)
                .build();
        return new FinalLedger(record, Duration.ZERO, Fate.ACKED, List.of()).skipped();
    }

    /** Balanced by the two equations, whatever is in flight. */
    private static FinalLedger atTheEnd(long inFlight) {
        Ledger balanced = ledger(10, 0, 0, 0, 0, 10, 10 - inFlight, 0, 0, 0, 0, 0, inFlight);
        return new FinalLedger(record(balanced).build(), Duration.ZERO, Fate.ACKED, List.of());
    }

    private static String json(AgentLedger record) {
        return new FinalLedger(record, Duration.ZERO, Fate.ACKED, List.of()).toJson();
    }

    private static AgentLedger.Builder record() {
        return record(COUNTS);
    }

    private static AgentLedger.Builder record(Ledger counts) {
        return AgentLedger.newBuilder()
                .setHost("vm")
                .setSession(1790000000000L)
                .setTime(Instant.EPOCH)
                .setState(SessionState.STOPPED)
                .setHook(Hook.TRACEPOINT)
                .setKernel("6.1.0")
                .setVersion("0.1.0")
                .setTopic("t")
                .setBytes(225_600)
                .setHits(counts.count(Entry.HITS))
                .setFiltered(counts.count(Entry.FILTERED))
                .setSampledOut(counts.count(Entry.SAMPLED_OUT))
                .setRateLimited(counts.count(Entry.RATE_LIMITED))
                .setRingFull(counts.count(Entry.RING_FULL))
                .setCaptured(counts.count(Entry.CAPTURED))
                .setAcked(counts.count(Entry.ACKED))
                .setSpooled(counts.count(Entry.SPOOLED))
                .setEvicted(counts.count(Entry.EVICTED))
                .setRejected(counts.count(Entry.REJECTED))
                .setSpoolFailed(counts.count(Entry.SPOOL_FAILED))
                .setAbandoned(counts.count(Entry.ABANDONED))
                .setInFlight(counts.count(Entry.IN_FLIGHT))
                .setReplayed(40)
                .setUnattributed(2)
                .setUnattributedBytes(300)
                .setRejectedBy(Map.of())
                .setSequences(List.of())
                .setDevices(List.of())
                .setLogs(List.of());
    }

    private static Ledger ledger(long... values) {
        Map<Entry, Long> counts = new EnumMap<>(Entry.class);
        for (Entry entry : Entry.values()) {
            counts.put(entry, values[entry.ordinal()]);
        }
        return new Ledger(counts);
    }
}
