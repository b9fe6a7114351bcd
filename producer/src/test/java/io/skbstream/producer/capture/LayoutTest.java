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
                .isEqualTo(Map.ofEntries(
                        Map.entry("netns", ProbeSettings.NETNS),
                        Map.entry("wakeup_bytes", ProbeSettings.WAKEUP_BYTES),
                        Map.entry("excluded_netns", ProbeSettings.EXCLUDED_NETNS),
                        Map.entry("rate_interval_ns", ProbeSettings.RATE_INTERVAL_NS),
                        Map.entry("min_len", ProbeSettings.MIN_LEN),
                        Map.entry("sample_every", ProbeSettings.SAMPLE_EVERY),
                        Map.entry("device_count", ProbeSettings.DEVICE_COUNT),
                        Map.entry("excludes_ports", ProbeSettings.EXCLUDES_PORTS),
                        Map.entry("devices", ProbeSettings.DEVICES),
                        Map.entry("comm", ProbeSettings.COMM),
                        Map.entry("tgid", ProbeSettings.TGID)));
        assertThat(object.size("settings")).isEqualTo(ProbeSettings.BYTES);
        assertThat(object.offsets("excluded_ports")).isEqualTo(Map.of("ports", 0));
        assertThat(object.size("excluded_ports")).isEqualTo(ExcludedPorts.BYTES);
    }

    @Test
    void theCountersLieAsKernelCountsReadsThem() {
        assertThat(object.offsets("counters"))
                .isEqualTo(Map.ofEntries(
                        Map.entry("hits", KernelCounts.HITS),
                        Map.entry("bytes", KernelCounts.HIT_BYTES),
                        Map.entry("filtered", KernelCounts.FILTERED),
                        Map.entry("sampled_out", KernelCounts.SAMPLED_OUT),
                        Map.entry("rate_limited", KernelCounts.RATE_LIMITED),
                        Map.entry("ring_full", KernelCounts.RING_FULL),
                        Map.entry("next_seq", KernelCounts.NEXT_SEQ),
                        Map.entry("unattributed", KernelCounts.UNATTRIBUTED),
                        Map.entry("rate_clock_ns", 64), // the program's own
                        Map.entry("devices", KernelCounts.DEVICES),
                        Map.entry("unattributed_bytes", KernelCounts.UNATTRIBUTED_BYTES)));
        assertThat(object.size("counters")).isEqualTo(KernelCounts.BYTES);
    }

    @Test
    void theDeviceTableLiesAsDeviceCountsReadsIt() {
        assertThat(object.offsets("device_counters"))
                .isEqualTo(Map.of(
                        "netns", DeviceCounts.NETNS,
                        "packets", DeviceCounts.PACKETS,
                        "bytes", DeviceCounts.PACKET_BYTES,
                        "ifindex", DeviceCounts.IFINDEX,
                        "has_cookie", DeviceCounts.HAS_COOKIE,
                        "device", DeviceCounts.DEVICE,
                        "netns_life", DeviceCounts.NETNS_LIFE));
        assertThat(object.size("device_counters")).isEqualTo(DeviceCounts.BYTES);
    }
}
