package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.event.RawEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CountsTest {

    @Test
    void kernelCountsAreTheSumOverAllCpus() {
        KernelCounts counts =
                KernelCounts.sum(cpus(counters(1, 20, 300, 4_000, 50_000, 600_000, 7), counters(9, 9, 9, 9, 9, 9, 9)));

        assertThat(counts).isEqualTo(new KernelCounts(10, 29, 309, 4_009, 50_009, 600_009, 16, new TreeMap<>()));
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
        row(rows, 0, 0, 4026531840L, 1, "lo", 5, 500);
        row(rows, 0, 1, 4026531840L, 2, "eth0", 1, 60);
        row(rows, 2, 0, 4026531840L, 2, "eth0", 2, 140);
        row(rows, 2, 1, 4026532000L, 2, "eth0", 7, 700);
        row(rows, 2, 2, 4026532000L, 9, "not in use", 1, 1);

        assertThat(DeviceCounts.sum(cpus(using(2), using(0), using(2)), rows))
                .containsExactlyInAnyOrder(
                        new DeviceCounts(4026531840L, 1, "lo", 5, 500),
                        new DeviceCounts(4026531840L, 2, "eth0", 3, 200),
                        new DeviceCounts(4026532000L, 2, "eth0", 7, 700));
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
            ByteBuffer rows, int cpu, int row, long netns, int ifindex, String name, long packets, long bytes) {
        int at = (cpu * DeviceCounts.ROWS + row) * DeviceCounts.BYTES;
        rows.putLong(at + DeviceCounts.NETNS, netns)
                .putInt(at + DeviceCounts.IFINDEX, ifindex)
                .put(at + DeviceCounts.DEVICE, RawEvent.padded(name))
                .putLong(at + DeviceCounts.PACKETS, packets)
                .putLong(at + DeviceCounts.PACKET_BYTES, bytes);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }
}
