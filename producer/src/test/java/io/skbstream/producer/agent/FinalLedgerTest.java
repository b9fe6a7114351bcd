package io.skbstream.producer.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.capture.DeviceCounts;
import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.ledger.Entry;
import io.skbstream.producer.ledger.Ledger;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FinalLedgerTest {

    private static final Ledger COUNTS = ledger(1000, 200, 100, 50, 650, 630, 5, 15, 0);

    @Test
    void theLineIsExactlyThis() {
        var last = new FinalLedger(
                "vm",
                1790000000000L,
                Hook.TRACEPOINT,
                COUNTS,
                Map.of(),
                OptionalLong.of(3),
                OptionalLong.of(4),
                2,
                List.of(
                        new DeviceCounts(4026531840L, 1, "lo", 900, 75_600),
                        new DeviceCounts(4026531840L, 2, "eth0", 100, 150_000)));

        assertThat(last.toJson("0.1.0"))
                .isEqualTo(
                        "{\"host\":\"vm\",\"session\":1790000000000,\"hook\":\"TRACEPOINT\",\"kernel\":\""
                                + Kernel.running().release()
                                + "\",\"version\":\"0.1.0\",\"hits\":1000,\"filtered\":200,\"sampled_out\":100,\"ring_full\":50,"
                                + "\"captured\":650,\"acked\":630,\"rejected\":5,\"undelivered\":15,\"in_flight\":0,"
                                + "\"recursion_misses\":3,\"nmissed\":4,\"unaccounted\":0,\"unattributed\":2,\"devices\":["
                                + "{\"netns\":4026531840,\"ifindex\":1,\"device\":\"lo\",\"packets\":900,\"bytes\":75600},"
                                + "{\"netns\":4026531840,\"ifindex\":2,\"device\":\"eth0\",\"packets\":100,\"bytes\":150000}]}");
    }

    @Test
    void reasonsOfRejectionAreNamedIfThereAreAny() {
        Map<String, Long> reasons = new TreeMap<>(Map.of("RecordTooLargeException", 2L, "InvalidTopicException", 3L));

        assertThat(json(reasons, List.of()))
                .contains(
                        "\"rejected_by\":{\"InvalidTopicException\":3,\"RecordTooLargeException\":2},\"devices\":[]}");
        assertThat(json(Map.of(), List.of())).doesNotContain("rejected_by");
    }

    @Test
    void anEventThatIsStillInFlightAtTheEndIsUnaccounted() {
        assertThat(atTheEnd(0).unaccounted()).isZero();
        assertThat(atTheEnd(2).unaccounted()).isEqualTo(2);
        assertThat(atTheEnd(-1).unaccounted()).as("a callback that came twice").isEqualTo(1);
    }

    @Test
    void whatTheKernelDoesNotCountIsNullAndNotZero() {
        assertThat(json(Map.of(), List.of())).contains("\"recursion_misses\":null,\"nmissed\":null");
    }

    @Test
    void whatTheKernelSkippedIsBothOfItsCountsAndZeroWhereItTellsNone() {
        OptionalLong unknown = OptionalLong.empty();

        assertThat(skipped(OptionalLong.of(3), OptionalLong.of(4))).isEqualTo(7);
        assertThat(skipped(unknown, OptionalLong.of(4))).isEqualTo(4);
        assertThat(skipped(OptionalLong.of(3), unknown)).isEqualTo(3);
        assertThat(skipped(unknown, unknown)).isZero();
    }

    private static long skipped(OptionalLong recursionMisses, OptionalLong kprobeMisses) {
        return last(COUNTS, Map.of(), recursionMisses, kprobeMisses, List.of()).skipped();
    }

    /** Balanced by the two equations, whatever is in flight. */
    private static FinalLedger atTheEnd(long inFlight) {
        Ledger balanced = ledger(10, 0, 0, 0, 10, 10 - inFlight, 0, 0, inFlight);
        return last(balanced, Map.of(), OptionalLong.empty(), OptionalLong.empty(), List.of());
    }

    @Test
    void strangeNamesStillMakeOneLine() {
        assertThat(json(Map.of(), List.of(new DeviceCounts(1, 1, "a\"b\n", 1, 1))))
                .contains("\"device\":\"a\\\"b\\n\"")
                .doesNotContain("\n");
    }

    private static String json(Map<String, Long> reasons, List<DeviceCounts> devices) {
        return last(COUNTS, reasons, OptionalLong.empty(), OptionalLong.empty(), devices)
                .toJson("0.1.0");
    }

    private static FinalLedger last(
            Ledger ledger,
            Map<String, Long> reasons,
            OptionalLong recursionMisses,
            OptionalLong kprobeMisses,
            List<DeviceCounts> devices) {
        return new FinalLedger("vm", 1, Hook.KPROBE, ledger, reasons, recursionMisses, kprobeMisses, 0, devices);
    }

    private static Ledger ledger(long... values) {
        Map<Entry, Long> counts = new EnumMap<>(Entry.class);
        for (Entry entry : Entry.values()) {
            counts.put(entry, values[entry.ordinal()]);
        }
        return new Ledger(counts);
    }
}
