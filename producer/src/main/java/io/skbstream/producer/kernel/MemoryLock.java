package io.skbstream.producer.kernel;

import io.skbstream.producer.Obstacle;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** RLIMIT_MEMLOCK of this process: before Linux 5.11 the memory of BPF maps is charged to it, later to the cgroup. */
public final class MemoryLock {

    private static final int MIB = 1 << 20;
    /** Programs, counters and the settings, with room to spare. */
    private static final long OTHER_BYTES = 256 * 1024;
    /** The device table: for each CPU 1024 rows of 64 bytes, and as many keys in a hash map: 72 and, in its buckets, up to 32 each. */
    private static final long BYTES_PER_CPU = 1024 * (64 + 72 + 32);

    private final Kernel kernel;

    MemoryLock(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Whether this kernel charges BPF memory to the limit. */
    public boolean isCharged() {
        return !kernel.isAtLeast(5, 11);
    }

    /** The soft limit in bytes; empty if there is none, or if /proc does not say. */
    public OptionalLong limitBytes() {
        return kernel.processLimit("Max locked memory");
    }

    /** The soft limit for a person. */
    public String limit() {
        OptionalLong limit = limitBytes();
        return limit.isPresent() ? mib(limit.getAsLong()) : "unlimited";
    }

    /** What the probe is charged with, in bytes, about. */
    long neededBytes(int ringBytes) {
        return ringBytes + OTHER_BYTES + BYTES_PER_CPU * kernel.cpus();
    }

    /** A limit that is charged and too small for a ring of that size. */
    public Optional<Obstacle> obstacle(int ringBytes) {
        OptionalLong limit = limitBytes();
        if (!isCharged() || limit.isEmpty() || limit.getAsLong() >= neededBytes(ringBytes)) {
            return Optional.empty();
        }
        return Optional.of(new Obstacle(
                "RLIMIT_MEMLOCK is " + mib(limit.getAsLong()) + ", a ring of " + mib(ringBytes) + " needs about "
                        + mib(neededBytes(ringBytes)) + " (this kernel charges BPF memory to that limit)",
                "raise it (ulimit -l unlimited, or LimitMEMLOCK=infinity in the systemd unit), give the agent"
                        + " CAP_SYS_RESOURCE, with which it raises it itself, or take a smaller --ring-size"));
    }

    private static String mib(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", (double) bytes / MIB);
    }
}
