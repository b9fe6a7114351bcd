package io.skbstream.producer.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A cgroup with a limit of memory, of version 2 or 1, for one process of a test. Skips the test where none can be made. */
final class MemoryLimit implements AutoCloseable {

    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final int MIB = 1 << 20;
    private static final int TRIES = 500;
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Path group;
    private final String peak;

    private MemoryLimit(Path group, String peak) {
        this.group = group;
        this.peak = peak;
    }

    static MemoryLimit ofMib(int mib) {
        boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));
        Path parent = unified ? ROOT : ROOT.resolve("memory");
        Path group = parent.resolve("skbstream-it-" + ProcessHandle.current().pid());
        String refusal = "";
        try {
            Files.createDirectory(group);
            Files.writeString(
                    group.resolve(unified ? "memory.max" : "memory.limit_in_bytes"), Long.toString((long) mib * MIB));
        } catch (IOException refused) {
            group.toFile().delete();
            refusal = refused.toString();
        }
        assumeTrue(refusal.isEmpty(), "needs a memory cgroup, which cannot be made here (" + refusal + ")");
        return new MemoryLimit(group, unified ? "memory.peak" : "memory.max_usage_in_bytes");
    }

    /** What stands before a command for it to run in this cgroup. */
    List<String> prefix() {
        return List.of("sh", "-c", "echo $$ >" + group.resolve("cgroup.procs") + " && exec \"$@\"", "sh");
    }

    /** The most that it took so far, of kernel memory too; 0 where the kernel does not tell. */
    long peakMib() throws IOException {
        Path file = group.resolve(peak);
        return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) / MIB : 0;
    }

    /** After its process; the kernel may take a moment. */
    @Override
    public void close() {
        for (int i = 0; i < TRIES && !group.toFile().delete(); i++) {
            LockSupport.parkNanos(PAUSE_NS);
        }
    }
}
