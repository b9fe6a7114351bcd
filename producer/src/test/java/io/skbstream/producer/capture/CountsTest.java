package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.event.RawEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CountsTest {

    @Test
    void kernelCountsAreTheSumOverAllCpus() {
        KernelCounts counts = KernelCounts.sum(
                List.of(counters(0, 1, 20, 300, 4_000, 50_000, 600_000, 7), counters(1, 9, 9, 9, 9, 9, 9, 9)));

        assertThat(counts).isEqualTo(new KernelCounts(10, 29, 309, 4_009, 50_009, 600_009, 16, new TreeMap<>()));
    }

    @Test
    void sequencesAreThoseOfTheCpusThatHaveGivenANumber() {
        ByteBuffer first = counters(0, 5, 5, 5, 0, 0, 0, 0);
        ByteBuffer second = counters(4, 9, 9, 0, 0, 0, 0, 0).putLong(KernelCounts.NEXT_SEQ, 9);
        ByteBuffer third = counters(2, 1, 1, 0, 0, 0, 0, 0).putLong(KernelCounts.NEXT_SEQ, 1L << 40);

        assertThat(KernelCounts.sum(List.of(first, second, third)).sequences())
                .containsExactly(Map.entry(2, 1L << 40), Map.entry(4, 9L));
    }

    @Test
    void aDevicesTotalsAreTheSumOverAllCpusUnderTheNameThatOneOfThemWrote() {
        ByteBuffer key = buffer(DeviceCounts.KEY_BYTES)
                .putLong(DeviceCounts.KEY_NETNS, 4026531840L)
                .putInt(DeviceCounts.KEY_IFINDEX, 2);

        DeviceCounts counts =
                DeviceCounts.sum(key, List.of(device(1, 60, ""), device(2, 140, "eth0"), device(0, 0, "")));

        assertThat(counts).isEqualTo(new DeviceCounts(4026531840L, 2, "eth0", 3, 200));
    }

    @Test
    void aDeviceThatNoCpuNamedYetHasNoName() {
        assertThat(DeviceCounts.sum(buffer(DeviceCounts.KEY_BYTES), List.of(device(1, 60, "")))
                        .device())
                .isEmpty();
    }

    private static ByteBuffer counters(
            int cpu,
            long hits,
            long bytes,
            long filtered,
            long sampledOut,
            long rateLimited,
            long ringFull,
            long unattributed) {
        return buffer(KernelCounts.BYTES)
                .putLong(KernelCounts.CPU, cpu)
                .putLong(KernelCounts.HITS, hits)
                .putLong(KernelCounts.HIT_BYTES, bytes)
                .putLong(KernelCounts.FILTERED, filtered)
                .putLong(KernelCounts.SAMPLED_OUT, sampledOut)
                .putLong(KernelCounts.RATE_LIMITED, rateLimited)
                .putLong(KernelCounts.RING_FULL, ringFull)
                .putLong(KernelCounts.UNATTRIBUTED, unattributed);
    }

    private static ByteBuffer device(long packets, long bytes, String name) {
        return buffer(DeviceCounts.BYTES)
                .putLong(DeviceCounts.PACKETS, packets)
                .putLong(DeviceCounts.PACKET_BYTES, bytes)
                .put(DeviceCounts.DEVICE, RawEvent.padded(name));
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }
}
