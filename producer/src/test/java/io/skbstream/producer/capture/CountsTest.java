package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.event.RawEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class CountsTest {

    @Test
    void kernelCountsAreTheSumOverAllCpus() {
        KernelCounts counts =
                KernelCounts.sum(List.of(counters(1, 20, 300, 4_000, 50_000, 6), counters(9, 9, 9, 9, 9, 9)));

        assertThat(counts).isEqualTo(new KernelCounts(10, 29, 309, 4_009, 50_009, 15));
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
            long hits, long bytes, long filtered, long sampledOut, long ringFull, long unattributed) {
        return buffer(KernelCounts.BYTES)
                .putLong(KernelCounts.HITS, hits)
                .putLong(KernelCounts.HIT_BYTES, bytes)
                .putLong(KernelCounts.FILTERED, filtered)
                .putLong(KernelCounts.SAMPLED_OUT, sampledOut)
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
