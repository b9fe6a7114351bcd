package io.skbstream.producer.capture;

import io.skbstream.producer.event.SkbEvent;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Every hit of one device since the program was loaded, whatever the filters and sampling said
 * ({@code struct device_key} and {@code struct device_counters} of skbstream.h).
 *
 * @param netns inode of the device's network namespace
 * @param ifindex the device's index there
 * @param device its name when it was first seen
 * @param packets hits
 * @param bytes sum of their lengths, without Ethernet headers
 */
public record DeviceCounts(long netns, int ifindex, String device, long packets, long bytes) {

    static final int KEY_NETNS = 0;
    static final int KEY_IFINDEX = 8;
    static final int KEY_BYTES = 16;
    static final int PACKETS = 0;
    static final int PACKET_BYTES = 8;
    static final int DEVICE = 16;
    static final int BYTES = 32;

    static DeviceCounts sum(ByteBuffer key, List<ByteBuffer> perCpu) {
        // Only the CPU that saw the device first wrote its name.
        String device = perCpu.stream()
                .map(cpu -> SkbEvent.name(cpu, DEVICE))
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("");
        return new DeviceCounts(
                key.getLong(KEY_NETNS),
                key.getInt(KEY_IFINDEX),
                device,
                KernelCounts.sum(perCpu, PACKETS),
                KernelCounts.sum(perCpu, PACKET_BYTES));
    }
}
