package io.skbstream.producer.capture;

import io.skbstream.producer.AgentException;
import io.skbstream.producer.Obstacle;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.libbpf.BpfException;
import io.skbstream.producer.libbpf.MappedArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The name that a session's counters have in the BPF file system. When the agent is killed, the kernel removes program and ring,
 * and the counters stay: the next start on the same spool folder reads there what the killed one's program saw to its end. They
 * do not outlive a reboot. Immutable; any thread.
 */
public final class KeptCounters {

    private static final Path BPF_FS = Path.of("/sys/fs/bpf");

    /** To be raised when {@code struct counters} changes: an agent may find what an older one has left. */
    private static final int LAYOUT = 1;

    private final Path file;

    private KeptCounters(Path file) {
        this.file = file;
    }

    /**
     * @param spool the folder, which is there; by it the counters are told from those of another agent on this host
     * @param session the session's start in milliseconds since the Unix epoch
     */
    public static KeptCounters of(Path spool, long session) {
        return in(BPF_FS, spool, session);
    }

    static KeptCounters in(Path bpfFs, Path spool, long session) {
        try {
            Object inode = Files.getAttribute(spool, "unix:ino");
            return new KeptCounters(bpfFs.resolve("skbstream-" + LAYOUT + "-" + inode + "-" + session));
        } catch (IOException gone) {
            throw new AgentException("cannot look at the spool folder " + spool + " (" + gone + ")", gone);
        }
    }

    /** What the program counted to its end; empty if nothing was kept, or it cannot be read. */
    public Optional<KernelCounts> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (MappedArray counters = MappedArray.pinned(file, Kernel.running().cpus() * KernelCounts.BYTES)) {
            return Optional.of(KernelCounts.sum(counters.memory()));
        } catch (BpfException unreadable) {
            return Optional.empty();
        }
    }

    /** Lets the kernel free the counters. */
    public void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException notOurs) {
            // some bytes for each CPU stay until the next boot
        }
    }

    /** Why the counters of this session cannot be kept. */
    Obstacle obstacle(BpfException refused) {
        return new Obstacle(
                "if the agent is killed, nobody will know what it saw in its last second: the kernel does not keep its counters ("
                        + refused.getMessage() + ")",
                "give it the BPF file system, writable (mount -t bpf bpf " + BPF_FS + ")");
    }

    Path file() {
        return file;
    }
}
