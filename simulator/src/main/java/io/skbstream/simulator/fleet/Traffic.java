package io.skbstream.simulator.fleet;

import io.skbstream.avro.Hook;
import io.skbstream.avro.NetifReceive;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/** What the packets of one host look like. One thread. */
final class Traffic {
    /** A network device. */
    record Device(String name, int ifindex) {}

    private record Task(String comm, int pid) {}

    static final List<Device> DEVICES =
            List.of(new Device("lo", 1), new Device("eth0", 2), new Device("eth1", 3), new Device("vethc0ffee1", 7));

    private static final List<Task> TASKS = List.of(
            new Task("nginx", 1213),
            new Task("postgres", 871),
            new Task("java", 2048),
            new Task("redis-server", 940),
            new Task("node", 3127),
            new Task("sshd", 655),
            new Task("prometheus", 1502));

    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86DD;
    private static final int ARP = 0x0806;
    private static final long NANOS = 1_000_000_000;

    private final String host;
    private final Hook hook;
    private final long netns;
    private final SplittableRandom random;

    Traffic(String host, SplittableRandom random) {
        this.host = host;
        this.random = random;
        hook = Hook.values()[1 + random.nextInt(3)]; // all but UNKNOWN
        netns = 4_026_531_833L + random.nextInt(1000);
    }

    Hook hook() {
        return hook;
    }

    long netns() {
        return netns;
    }

    /** @param timestampNs in ns since the Unix epoch, by the host's clock */
    NetifReceive packet(long session, int cpu, long seq, long timestampNs) {
        int device = Math.max(0, random.nextInt(6) - 2); // half of them lo
        boolean idle = random.nextInt(3) == 0;
        Task task = TASKS.get(random.nextInt(TASKS.size()));
        int pid = idle ? 0 : task.pid;
        return new NetifReceive(
                host,
                session,
                cpu,
                seq,
                Instant.ofEpochSecond(Math.floorDiv(timestampNs, NANOS), Math.floorMod(timestampNs, NANOS)),
                hook,
                DEVICES.get(device).name,
                DEVICES.get(device).ifindex,
                netns,
                random.nextLong() & Long.MAX_VALUE,
                length(),
                pid,
                idle ? 0 : pid + random.nextInt(4),
                idle ? "swapper/" + cpu : task.comm,
                protocol(device));
    }

    /** Acknowledgements, requests, full frames, and what GRO and GSO put together. */
    private int length() {
        int kind = random.nextInt(10);
        if (kind < 4) {
            return 64 + random.nextInt(64);
        }
        if (kind < 7) {
            return 128 + random.nextInt(1372);
        }
        return kind < 9 ? 1500 : 1501 + random.nextInt(65535 - 1500);
    }

    private int protocol(int device) {
        int kind = random.nextInt(100);
        if (kind == 0 && device > 0) {
            return ARP;
        }
        return kind < 15 ? IPV6 : IPV4;
    }
}
