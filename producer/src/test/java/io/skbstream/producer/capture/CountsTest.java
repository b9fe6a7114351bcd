package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.event.RawEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CountsTest {

    private static final long NETNS = 4026531840L;

    @Test
    void kernelCountsAreTheSumOverAllCpus() {
        KernelCounts counts = KernelCounts.sum(cpus(
                counters(1, 20, 300, 4_000, 50_000, 600_000, 7).putLong(KernelCounts.UNATTRIBUTED_BYTES, 8_000_000),
                counters(9, 9, 9, 9, 9, 9, 9).putLong(KernelCounts.UNATTRIBUTED_BYTES, 9)));

        assertThat(counts)
                .isEqualTo(new KernelCounts(10, 29, 309, 4_009, 50_009, 600_009, 16, 8_000_009, new TreeMap<>()));
    }

    @Test
    void sequencesAreThoseOfTheCpusThatHaveGivenANumber() {
        ByteBuffer none = counters(5, 5, 5, 0, 0, 0, 0);
        ByteBuffer some = counters(9, 9, 0, 0, 0, 0, 0).putLong(KernelCounts.NEXT_SEQ, 9);
        ByteBuffer many = counters(1, 1, 0, 0, 0, 0, 0).putLong(KernelCounts.NEXT_SEQ, 1L << 40);

        assertThat(KernelCounts.sum(cpus(none, none, many, none, some)).sequences())
                .containsExactly(Map.entry(2, 1L << 40), Map.entry(4, 9L));
    }

    @Test
    void aDevicesTotalsAreTheSumOverAllCpusThatSawIt() {
        ByteBuffer rows = rows(3);
        row(rows, 0, 0, 1, 1, "lo", 5, 500);
        row(rows, 0, 1, 1, 2, "eth0", 1, 60);
        row(rows, 2, 0, 1, 2, "eth0", 2, 140);
        row(rows, 2, 1, 77, 2, "eth0", 7, 700);
        row(rows, 2, 2, 77, 9, "not in use", 1, 1);

        assertThat(DeviceCounts.sum(cpus(using(2), using(0), using(2)), rows))
                .containsExactlyInAnyOrder(
                        new DeviceCounts(NETNS, 1, 1, "lo", 5, 500),
                        new DeviceCounts(NETNS, 1, 2, "eth0", 3, 200),
                        new DeviceCounts(NETNS, 77, 2, "eth0", 7, 700));
    }

    @Test
    void aDeviceThatWasRenamedHasARowForEachName() {
        ByteBuffer rows = rows(2);
        row(rows, 0, 0, 1, 2, "old0", 5, 500);
        row(rows, 0, 1, 1, 2, "new0", 1, 60);
        row(rows, 1, 0, 1, 2, "new0", 2, 140);

        assertThat(DeviceCounts.sum(cpus(using(2), using(1)), rows))
                .containsExactlyInAnyOrder(
                        new DeviceCounts(NETNS, 1, 2, "old0", 5, 500), new DeviceCounts(NETNS, 1, 2, "new0", 3, 200));
    }

    @Test
    void withoutCookiesNamespacesThatHadOneInodeInSuccessionHaveRowsAllTheSame() {
        ByteBuffer rows = rows(1);
        row(rows, 0, 0, NETNS << 32 | 5, 2, "eth0", 5, 500);
        row(rows, 0, 1, NETNS << 32 | 6, 2, "eth0", 1, 60);
        for (int row = 0; row < 2; row++) {
            rows.putInt(row * DeviceCounts.BYTES + DeviceCounts.HAS_COOKIE, 0);
        }

        assertThat(DeviceCounts.sum(cpus(using(2)), rows))
                .containsExactlyInAnyOrder(
                        new DeviceCounts(NETNS, 0, 2, "eth0", 5, 500), new DeviceCounts(NETNS, 0, 2, "eth0", 1, 60));
    }

    @Test
    void aRowThatIsNotSeenWholeYetIsLeftOut() {
        assertThat(DeviceCounts.sum(cpus(using(1)), rows(1))).isEmpty();
    }

    private static ByteBuffer counters(
            long hits, long bytes, long filtered, long sampledOut, long rateLimited, long ringFull, long unattributed) {
        return buffer(KernelCounts.BYTES)
                .putLong(KernelCounts.HITS, hits)
                .putLong(KernelCounts.HIT_BYTES, bytes)
                .putLong(KernelCounts.FILTERED, filtered)
                .putLong(KernelCounts.SAMPLED_OUT, sampledOut)
                .putLong(KernelCounts.RATE_LIMITED, rateLimited)
                .putLong(KernelCounts.RING_FULL, ringFull)
                .putLong(KernelCounts.UNATTRIBUTED, unattributed);
    }

    private static ByteBuffer using(long rows) {
        return buffer(KernelCounts.BYTES).putLong(KernelCounts.DEVICES, rows);
    }

    private static ByteBuffer cpus(ByteBuffer... each) {
        ByteBuffer all = buffer(each.length * KernelCounts.BYTES);
        for (int cpu = 0; cpu < each.length; cpu++) {
            all.put(cpu * KernelCounts.BYTES, each[cpu].array());
        }
        return all;
    }

    private static ByteBuffer rows(int cpus) {
        return buffer(cpus * DeviceCounts.ROWS * DeviceCounts.BYTES);
    }

    private static void row(
            ByteBuffer rows, int cpu, int row, long cookie, int ifindex, String name, long packets, long bytes) {
        int at = (cpu * DeviceCounts.ROWS + row) * DeviceCounts.BYTES;
        rows.putLong(at + DeviceCounts.NETNS, NETNS)
                .putLong(at + DeviceCounts.NETNS_LIFE, cookie)
                .putInt(at + DeviceCounts.HAS_COOKIE, 1)
                .putInt(at + DeviceCounts.IFINDEX, ifindex)
                .put(at + DeviceCounts.DEVICE, RawEvent.padded(name))
                .putLong(at + DeviceCounts.PACKETS, packets)
                .putLong(at + DeviceCounts.PACKET_BYTES, bytes);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }
}
