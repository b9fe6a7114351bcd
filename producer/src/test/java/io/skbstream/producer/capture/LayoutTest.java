package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.event.SkbEvent;
import io.skbstream.producer.libbpf.ObjectBtf;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every offset and size that Java names, held against the types that the built objects describe. Each struct is compared
 * as a whole, so that a member which C gains and Java does not know fails as well.
 */
@ParameterizedClass
@ValueSource(strings = {"x86", "arm64"})
class LayoutTest {

    private final ObjectBtf object;

    LayoutTest(String architecture) throws IOException {
        this.object = ObjectBtf.of(architecture);
    }

    @AfterEach
    void close() {
        object.close();
    }

    @Test
    void theEventLiesAsSkbEventReadsIt() {
        assertThat(object.offsets("skb_event"))
                .isEqualTo(Map.ofEntries(
                        Map.entry("seq", SkbEvent.SEQ),
                        Map.entry("ktime_ns", SkbEvent.KTIME_NS),
                        Map.entry("skb", SkbEvent.SKB),
                        Map.entry("netns", SkbEvent.NETNS),
                        Map.entry("len", SkbEvent.LEN),
                        Map.entry("cpu", SkbEvent.CPU),
                        Map.entry("tgid", SkbEvent.TGID),
                        Map.entry("tid", SkbEvent.TID),
                        Map.entry("ifindex", SkbEvent.IFINDEX),
                        Map.entry("protocol", SkbEvent.PROTOCOL),
                        Map.entry("device", SkbEvent.DEVICE),
                        Map.entry("comm", SkbEvent.COMM)));
        assertThat(object.size("skb_event")).isEqualTo(SkbEvent.BYTES);
        assertThat(SkbEvent.BYTES - SkbEvent.COMM).isEqualTo(SkbEvent.NAME_BYTES);
    }

    @Test
    void theSettingsLieAsProbeSettingsWritesThem() {
        assertThat(object.offsets("settings"))
                .isEqualTo(Map.of(
                        "netns", ProbeSettings.NETNS,
                        "wakeup_bytes", ProbeSettings.WAKEUP_BYTES,
                        "min_len", ProbeSettings.MIN_LEN,
                        "sample_every", ProbeSettings.SAMPLE_EVERY,
                        "device_count", ProbeSettings.DEVICE_COUNT,
                        "reserved", 28, // stays 0
                        "devices", ProbeSettings.DEVICES));
        assertThat(object.size("settings")).isEqualTo(ProbeSettings.BYTES);
    }

    @Test
    void theCountersLieAsKernelCountsReadsThem() {
        assertThat(object.offsets("counters"))
                .isEqualTo(Map.of(
                        "hits", KernelCounts.HITS,
                        "bytes", KernelCounts.HIT_BYTES,
                        "filtered", KernelCounts.FILTERED,
                        "sampled_out", KernelCounts.SAMPLED_OUT,
                        "ring_full", KernelCounts.RING_FULL,
                        "next_seq", 40, // the program's own
                        "unattributed", KernelCounts.UNATTRIBUTED));
        assertThat(object.size("counters")).isEqualTo(KernelCounts.BYTES);
    }

    @Test
    void theDeviceTableLiesAsDeviceCountsReadsIt() {
        assertThat(object.offsets("device_key"))
                .isEqualTo(Map.of(
                        "netns", DeviceCounts.KEY_NETNS,
                        "ifindex", DeviceCounts.KEY_IFINDEX,
                        "reserved", 12)); // stays 0
        assertThat(object.size("device_key")).isEqualTo(DeviceCounts.KEY_BYTES);
        assertThat(object.offsets("device_counters"))
                .isEqualTo(Map.of(
                        "packets", DeviceCounts.PACKETS,
                        "bytes", DeviceCounts.PACKET_BYTES,
                        "device", DeviceCounts.DEVICE));
        assertThat(object.size("device_counters")).isEqualTo(DeviceCounts.BYTES);
    }
}
