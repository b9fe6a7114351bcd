package io.skbstream.kerneltests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the IP layer of the calling thread's network namespace received. It sits right above the hooks, counts each socket
 * buffer once, and counts {@code skb->len}, so it says exactly what a hook must have seen of IP traffic.
 *
 * @param packets {@code InReceives} of /proc/net/snmp
 * @param bytes {@code InOctets} of /proc/net/netstat
 */
record IpCounters(long packets, long bytes) {

    private static final Path NET = Path.of("/proc/thread-self/net");

    static IpCounters read() throws IOException {
        return new IpCounters(value("snmp", "Ip:", "InReceives"), value("netstat", "IpExt:", "InOctets"));
    }

    IpCounters since(IpCounters before) {
        return new IpCounters(packets - before.packets, bytes - before.bytes);
    }

    /** A line of names is followed by a line of values. */
    private static long value(String file, String group, String name) throws IOException {
        List<String[]> lines = Files.readAllLines(NET.resolve(file)).stream()
                .filter(line -> line.startsWith(group))
                .map(line -> line.split(" "))
                .toList();
        return Long.parseLong(lines.get(1)[List.of(lines.get(0)).indexOf(name)]);
    }
}
