package io.skbstream.producer.capture;

import io.skbstream.producer.AgentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the running kernel offers and what this process may do there, read from /proc and /sys. */
public final class Kernel {

    private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");
    private static final Path DEVICES = Path.of("/proc/net/dev");
    private static final int HEADER_LINES = 2;
    private static final Path EVENT_SOURCES = Path.of("/sys/bus/event_source/devices");
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_PERFMON = 38;
    private static final int CAP_BPF = 39;

    private Kernel() {}

    /** As {@code uname -r} prints it. */
    public static String release() {
        return sysctl("osrelease");
    }

    /** As {@code uname -n} prints it. */
    public static String hostName() {
        return sysctl("hostname");
    }

    /** Every device of this process's network namespace; Java's own list leaves out those without an address. */
    public static List<String> devices() {
        try (Stream<String> lines = Files.lines(DEVICES)) {
            return lines.skip(HEADER_LINES)
                    .map(line -> line.substring(0, line.indexOf(':')).strip())
                    .sorted()
                    .toList();
        } catch (IOException noProc) {
            throw unreadable("list of network devices", noProc);
        }
    }

    /** Whether the release is at least {@code major.minor}. */
    public static boolean isAtLeast(int major, int minor) {
        String[] parts = release().split("[^0-9]+", 3);
        int runningMajor = Integer.parseInt(parts[0]);
        return runningMajor > major || runningMajor == major && Integer.parseInt(parts[1]) >= minor;
    }

    /** Whether the kernel describes its own types, which CO-RE relocation needs. */
    public static boolean hasBtf() {
        return Files.isReadable(BTF);
    }

    /** Whether the kernel has kprobes; also true where /sys does not say. */
    public static boolean hasKprobes() {
        return !Files.isDirectory(EVENT_SOURCES) || Files.exists(EVENT_SOURCES.resolve("kprobe"));
    }

    /** The capabilities that this process lacks for loading and attaching; empty if it may. */
    public static List<String> missingCapabilities() {
        long effective = effectiveCapabilities();
        List<String> missing = new ArrayList<>();
        if (!has(effective, CAP_SYS_ADMIN)) {
            if (!has(effective, CAP_BPF)) {
                missing.add("CAP_BPF");
            }
            if (!has(effective, CAP_PERFMON)) {
                missing.add("CAP_PERFMON");
            }
        }
        return missing;
    }

    /** @throws AgentException if this process may not load and attach BPF programs */
    public static void requireCapabilities() {
        List<String> missing = missingCapabilities();
        if (!missing.isEmpty()) {
            throw new AgentException("loading a BPF program needs " + String.join(" and ", missing)
                    + ", which this process does not have; run it as root (sudo)");
        }
    }

    private static String sysctl(String name) {
        try {
            return Files.readString(Path.of("/proc/sys/kernel", name)).strip();
        } catch (IOException noProc) {
            throw unreadable(name, noProc);
        }
    }

    private static AgentException unreadable(String what, IOException noProc) {
        return new AgentException(
                "cannot read the kernel's " + what + " (" + noProc + "); mount /proc (mount -t proc proc /proc)",
                noProc);
    }

    private static boolean has(long effective, int capability) {
        return (effective >>> capability & 1) == 1;
    }

    private static long effectiveCapabilities() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("CapEff:")) {
                    return Long.parseUnsignedLong(
                            line.substring("CapEff:".length()).strip(), 16);
                }
            }
        } catch (IOException noProc) {
            // Then the kernel itself will say what is missing.
        }
        return -1;
    }
}
