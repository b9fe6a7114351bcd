package io.skbstream.chaos.traffic;

/** Received packets and bytes; {@code lo} counts its bytes without Ethernet headers (drivers/net/loopback.c). */
public record DeviceTotals(long packets, long bytes) {

    public static final DeviceTotals NONE = new DeviceTotals(0, 0);

    /** The line of a device in /proc/net/dev. */
    public static DeviceTotals of(String procNetDev, String device) {
        String[] columns = procNetDev
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith(device + ":"))
                .findFirst()
                .orElseThrow()
                .substring(device.length() + 1)
                .strip()
                .split("\\s+");
        return new DeviceTotals(Long.parseLong(columns[1]), Long.parseLong(columns[0]));
    }

    public DeviceTotals since(DeviceTotals before) {
        return new DeviceTotals(packets - before.packets, bytes - before.bytes);
    }
}
