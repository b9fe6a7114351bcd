package io.skbstream.producer.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.DeviceTotal;
import java.util.HashMap;
import java.util.Map;

/**
 * Exact packets and bytes of each device. A container's is nearly always {@code eth0}, and its namespace's inode may have been
 * another container's before: the cookie tells them apart. Hosts that make and drop containers have new devices all the time: the
 * first {@value #MOST} have series of their own, all others share one, so that the sums are those of all hits. One thread at a time.
 */
final class DeviceMeters {

    static final int MOST = 64;

    private static final String OTHER = "other";

    private record Key(String netns, String cookie, String device) {}

    /** What a device has so far; written and read by the thread that holds the scrape. */
    private static final class Totals {
        private long packets;
        private long bytes;
    }

    private final MeterRegistry registry;
    private final Map<Key, Totals> devices = new HashMap<>();
    private final Totals others;

    DeviceMeters(MeterRegistry registry) {
        this.registry = registry;
        this.others = register(new Key(OTHER, OTHER, OTHER));
    }

    void refresh(AgentLedger record) {
        devices.values().forEach(DeviceMeters::clear);
        clear(others);
        others.packets = record.getUnattributed();
        others.bytes = record.getUnattributedBytes();
        for (DeviceTotal total : record.getDevices()) {
            Totals totals = totals(
                    new Key(Long.toString(total.getNetns()), Long.toString(total.getNetnsCookie()), total.getDevice()));
            totals.packets += total.getPackets(); // a device that went and came again under its name has several
            totals.bytes += total.getBytes();
        }
    }

    private Totals totals(Key key) {
        return devices.size() < MOST ? devices.computeIfAbsent(key, this::register) : devices.getOrDefault(key, others);
    }

    private Totals register(Key key) {
        Totals totals = new Totals();
        FunctionCounter.builder("skbstream.device.packets", totals, now -> now.packets)
                .description("Hits of this device, whatever filters, sampling and limits said")
                .tags("netns", key.netns, "netns_cookie", key.cookie, "device", key.device)
                .register(registry);
        FunctionCounter.builder("skbstream.device.bytes", totals, now -> now.bytes)
                .description("Sum of their lengths, without Ethernet headers")
                .tags("netns", key.netns, "netns_cookie", key.cookie, "device", key.device)
                .register(registry);
        return totals;
    }

    private static void clear(Totals totals) {
        totals.packets = 0;
        totals.bytes = 0;
    }
}
