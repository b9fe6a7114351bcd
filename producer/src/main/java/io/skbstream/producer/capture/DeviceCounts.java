package io.skbstream.producer.capture;

import io.skbstream.producer.event.SkbEvent;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every hit of one device since the program was loaded, whatever the filters and sampling said
 * (the rows {@code struct device_counters} of skbstream.h, of all CPUs together).
 *
 * @param netns inode of the device's network namespace
 * @param cookie the namespace's own number, unique since boot; 0 before Linux 5.12
 * @param ifindex the device's index there
 * @param device its name
 * @param packets hits
 * @param bytes sum of their lengths, without Ethernet headers
 */
public record DeviceCounts(long netns, long cookie, int ifindex, String device, long packets, long bytes) {

    static final int NETNS = 0;
    static final int PACKETS = 8;
    static final int PACKET_BYTES = 16;
    static final int IFINDEX = 24;
    static final int HAS_COOKIE = 28;
    static final int DEVICE = 32;
    static final int NETNS_LIFE = 48;
    static final int BYTES = 64;

    /** How many rows each CPU has; {@code SKBSTREAM_DEVICE_ROWS} of skbstream.h. */
    public static final int ROWS = 1024;

    /**
     * @param counters one {@code struct counters} for each CPU, which says how many of its rows are in use
     * @param rows {@link #ROWS} for each CPU
     */
    static List<DeviceCounts> sum(ByteBuffer counters, ByteBuffer rows) {
        Map<List<Object>, DeviceCounts> devices = new LinkedHashMap<>();
        for (int cpu = 0; cpu < KernelCounts.cpus(counters); cpu++) {
            long used = counters.getLong(cpu * KernelCounts.BYTES + KernelCounts.DEVICES);
            for (int row = 0; row < used; row++) {
                int at = (cpu * ROWS + row) * BYTES;
                long life = rows.getLong(at + NETNS_LIFE);
                DeviceCounts one = at(rows, at);
                if (life != 0 && one.isWhole()) {
                    devices.merge(List.of(life, one.ifindex(), one.device()), one, DeviceCounts::plus);
                }
            }
        }
        return List.copyOf(devices.values());
    }

    private static DeviceCounts at(ByteBuffer rows, int row) {
        return new DeviceCounts(
                rows.getLong(row + NETNS),
                rows.getInt(row + HAS_COOKIE) == 0 ? 0 : rows.getLong(row + NETNS_LIFE),
                rows.getInt(row + IFINDEX),
                SkbEvent.name(rows, row + DEVICE),
                rows.getLong(row + PACKETS),
                rows.getLong(row + PACKET_BYTES));
    }

    /** Whether what another CPU has just written is seen here already. */
    private boolean isWhole() {
        return netns != 0 && ifindex != 0 && !device.isEmpty();
    }

    private DeviceCounts plus(DeviceCounts other) {
        return new DeviceCounts(netns, cookie, ifindex, device, packets + other.packets, bytes + other.bytes);
    }
}
