package io.skbstream.producer.cli;

import io.skbstream.producer.capture.ProbeSettings;
import io.skbstream.producer.event.SkbPointer;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.libbpf.NetworkNamespace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code run} and {@code trace} have in common: which hits, and how they are shown. */
final class ProbeOptions {

    /** The kernel numbers namespaces with 32 bits. */
    private static final long HIGHEST_INODE = 0xffff_ffffL;

    private static final int HIGHEST_PORT = 65_535;
    private static final String AUTO = "auto";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--device",
            split = ",",
            paramLabel = "NAME",
            description = "Only packets that this device received; up to " + ProbeSettings.MAX_DEVICES
                    + ", repeated or comma-separated. It must exist here, unless --netns says otherwise.")
    private List<String> devices = List.of();

    @Option(
            names = "--netns",
            paramLabel = "self|all|INODE",
            description =
                    "Only one network namespace: this process's, or the one with that inode (ls -L -i /proc/PID/ns/net)."
                            + " Default: all.")
    private String netns;

    @Option(
            names = "--min-len",
            paramLabel = "BYTES",
            defaultValue = "0",
            description = "Only packets of at least so many bytes, the Ethernet header not counted.")
    private int minLen;

    @Option(
            names = "--sample",
            paramLabel = "1/N",
            defaultValue = "1/1",
            converter = Converters.OfSample.class,
            description = "One hit in N, chosen at random; totals stay exact. Default: ${DEFAULT-VALUE}.")
    private int sampleEvery;

    @Option(
            names = "--rate-limit",
            paramLabel = "N",
            description =
                    "At most N events a second on each CPU; what is beyond is counted and not sent, totals stay exact."
                            + " Default: no limit.")
    private Integer rateLimit;

    @Option(
            names = "--exclude-ports",
            paramLabel = "auto|none|PORT,...",
            defaultValue = AUTO,
            description = "TCP ports on lo that are Kafka's own traffic on this host, up to "
                    + ProbeSettings.MAX_EXCLUDED_PORTS
                    + ": packets from or to them are filtered, in this process's network"
                    + " namespace. auto: with run, the ports of brokers that are on this host; with trace, none."
                    + " Default: ${DEFAULT-VALUE}.")
    private String excludedPorts;

    @Option(
            names = "--skb-pointer",
            paramLabel = "hashed|raw|off",
            defaultValue = "hashed",
            description =
                    "How a packet's socket buffer is shown: a keyed hash of its address, the address itself, or 0."
                            + " Raw addresses give the kernel's memory layout away. Default: ${DEFAULT-VALUE}.")
    private SkbPointer.Mode pointer;

    @Option(
            names = "--ring-size",
            paramLabel = "SIZE",
            defaultValue = ProbeSettings.DEFAULT_RING_MIB + "MiB",
            converter = Converters.OfRingBytes.class,
            description = "Ring buffer between kernel and agent: a power of two; 64MiB holds 699,000 events."
                    + " Default: ${DEFAULT-VALUE}.")
    private int ringBytes;

    SkbPointer.Mode pointer() {
        return pointer;
    }

    /** Whether it is left to the agent to find out which ports are Kafka's own traffic. */
    boolean findsExcludedPorts() {
        return excludedPorts.equalsIgnoreCase(AUTO);
    }

    /**
     * Ports to exclude are in it only if they were written out; see {@link #findsExcludedPorts}.
     *
     * @param wakeupBytes how much the reader lets pile up before it wants to be woken
     */
    ProbeSettings settings(int wakeupBytes) {
        for (String device : devices) {
            checkDevice(device);
        }
        if (devices.size() > ProbeSettings.MAX_DEVICES) {
            throw wrong(
                    "--device", devices.size() + " names", "at most " + ProbeSettings.MAX_DEVICES + " are possible");
        }
        if (minLen < 0) {
            throw wrong("--min-len", Integer.toString(minLen), "a length is not negative");
        }
        if (rateLimit != null && (rateLimit < 1 || rateLimit > ProbeSettings.MAX_RATE_LIMIT)) {
            throw wrong(
                    "--rate-limit",
                    rateLimit.toString(),
                    "write events a second on each CPU, from 1 to " + ProbeSettings.MAX_RATE_LIMIT
                            + "; leave it out for no limit");
        }
        ProbeSettings everything = ProbeSettings.everything(ringBytes)
                .withDevices(devices)
                .withNetns(netnsInode())
                .withMinLen(minLen)
                .withSampling(sampleEvery)
                .withRateLimit(rateLimit == null ? 0 : rateLimit)
                .withWakeup(Math.min(wakeupBytes, ringBytes / 4));
        Set<Integer> ports = writtenPorts();
        return ports.isEmpty() ? everything : everything.excluding(ports, NetworkNamespace.currentInode());
    }

    private Set<Integer> writtenPorts() {
        if (findsExcludedPorts() || excludedPorts.equalsIgnoreCase("none")) {
            return Set.of();
        }
        Set<Integer> ports = new TreeSet<>();
        for (String port : excludedPorts.split(",", -1)) {
            if (!port.matches("[1-9]\\d{0,4}") || Integer.parseInt(port) > HIGHEST_PORT) {
                throw wrong("--exclude-ports", excludedPorts, "write auto, none, or ports from 1 to 65535 with commas");
            }
            ports.add(Integer.parseInt(port));
        }
        if (ports.size() > ProbeSettings.MAX_EXCLUDED_PORTS) {
            throw wrong(
                    "--exclude-ports",
                    ports.size() + " ports",
                    "at most " + ProbeSettings.MAX_EXCLUDED_PORTS + " are possible");
        }
        return ports;
    }

    private long netnsInode() {
        String wanted = netns == null ? "all" : netns.toLowerCase(Locale.ROOT);
        switch (wanted) {
            case "all":
                return ProbeSettings.ALL_NETNS;
            case "self":
                return NetworkNamespace.currentInode();
            default:
                if (!wanted.matches("[1-9]\\d{0,9}") || Long.parseLong(wanted) > HIGHEST_INODE) {
                    throw wrong("--netns", netns, "write self, all, or an inode number as in /proc/PID/ns/net");
                }
                return Long.parseLong(wanted);
        }
    }

    private void checkDevice(String device) {
        if (device.isEmpty() || device.getBytes(StandardCharsets.UTF_8).length > ProbeSettings.MAX_DEVICE_BYTES) {
            throw wrong("--device", device, "a device name has 1 to " + ProbeSettings.MAX_DEVICE_BYTES + " bytes");
        }
        boolean elsewhere = netns != null && !netns.equalsIgnoreCase("self");
        if (!elsewhere && !Kernel.running().devices().contains(device)) {
            throw wrong(
                    "--device",
                    device,
                    "no such device here; there are "
                            + String.join(", ", Kernel.running().devices())
                            + " (for a device of another network namespace, or one that comes later, add --netns all)");
        }
    }

    private ParameterException wrong(String option, String value, String why) {
        return new ParameterException(command.commandLine(), option + " '" + value + "': " + why);
    }
}
