package io.skbstream.producer.capture;

import io.skbstream.clients.SystemFailure;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.Obstacle;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.libbpf.BpfException;
import io.skbstream.producer.libbpf.MappedArray;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The name that a session's counters have in the BPF file system. When the agent is killed, the kernel removes program and ring,
 * and the counters stay: the next start on the same spool folder reads there what the killed one's program saw to its end. They
 * do not outlive a reboot. Immutable; any thread.
 */
public final class KeptCounters {

    private static final Path BPF_FS = Path.of("/sys/fs/bpf");
    private static final String MOUNT = "a BPF file system (mount -t bpf -o mode=700 bpf " + BPF_FS + ")";

    /** To be raised when a member of {@code struct counters} moves: an agent may find what an older one has left. */
    private static final int LAYOUT = 1;

    private static final String UID = "unix:uid";
    private static final int ROOT = 0;

    /** How far two looks lie apart that must agree; and how many there are at most. */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final int LOOKS = 100;

    private final Path file;
    private final long session;

    private KeptCounters(Path file, long session) {
        this.file = file;
        this.session = session;
    }

    /**
     * @param spool the folder, which is there; by it the counters are told from those of another agent on this host
     * @param session the session's start in milliseconds since the Unix epoch
     */
    public static KeptCounters of(Path spool, long session) {
        return in(BPF_FS, spool, session);
    }

    static KeptCounters in(Path bpfFs, Path spool, long session) {
        return new KeptCounters(bpfFs.resolve(prefix(spool) + session), session);
    }

    /** What sessions have left that began on this spool folder and did not end in order; none where nobody may look. */
    public static List<KeptCounters> left(Path spool) {
        return left(BPF_FS, spool);
    }

    static List<KeptCounters> left(Path bpfFs, Path spool) {
        String prefix = prefix(spool);
        List<KeptCounters> left = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(bpfFs, prefix + "[0-9]*")) {
            Object owner = Files.getAttribute(spool, UID);
            for (Path file : files) {
                Object uid = Files.getAttribute(file, UID);
                if (uid.equals(ROOT)
                        || uid.equals(owner)) { // in a folder that all may write, others could have made it
                    left.add(new KeptCounters(
                            file, Long.parseLong(file.getFileName().toString().substring(prefix.length()))));
                }
            }
        } catch (IOException | NumberFormatException notThere) {
            // no BPF file system, or it is not ours to read
        }
        return left;
    }

    /** When the session began, in milliseconds since the Unix epoch. */
    public long session() {
        return session;
    }

    /**
     * What the program counted to its end. The kernel may take a moment to remove a program whose process is gone, so it is waited
     * until nothing is counted any more.
     *
     * @throws AgentException if the kernel does not let this process read it
     */
    public KernelCounts read() {
        try (MappedArray counters = MappedArray.pinned(file, Kernel.running().cpus() * KernelCounts.BYTES)) {
            KernelCounts last = KernelCounts.sum(counters.memory());
            for (int i = 0; i < LOOKS; i++) {
                LockSupport.parkNanos(PAUSE_NS);
                KernelCounts now = KernelCounts.sum(counters.memory());
                if (now.equals(last)) {
                    return now;
                }
                last = now;
            }
            throw new AgentException("the counters " + file + " still move, although their agent is gone");
        }
    }

    /** Lets the kernel free the counters; where that is refused, they stay until the next boot. */
    public void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException refused) {
            throw new AgentException("cannot remove " + file + ": " + SystemFailure.inWords(refused), refused);
        }
    }

    /** Why the counters of this session cannot be kept. */
    Obstacle obstacle(BpfException refused) {
        SystemFailure kind = SystemFailure.ofErrno(refused.errno());
        return new Obstacle(
                "if the agent is killed, nobody will know what it saw in its last second, since the kernel does not keep its counters ("
                        + refused.getMessage() + ")",
                switch (kind) {
                    case DENIED -> "run it as root, with " + MOUNT;
                    case MISSING -> "give it " + MOUNT;
                    default -> kind.remedy();
                });
    }

    Path file() {
        return file;
    }

    /** Device and inode tell folders apart on one running kernel. */
    private static String prefix(Path spool) {
        try {
            return String.format(
                    Locale.ROOT,
                    "skbstream-%d-%s-%s-",
                    LAYOUT,
                    Files.getAttribute(spool, "unix:dev"),
                    Files.getAttribute(spool, "unix:ino"));
        } catch (IOException gone) {
            throw new AgentException(
                    "cannot look at the spool folder " + spool + ": " + SystemFailure.inWords(gone), gone);
        }
    }
}
