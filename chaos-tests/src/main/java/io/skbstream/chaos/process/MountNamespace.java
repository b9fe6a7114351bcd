package io.skbstream.chaos.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Mounts that nobody else sees, and that go with the process that holds them. Programs that are to see them are started with
 * {@link #entering}.
 */
public final class MountNamespace implements AutoCloseable {

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String READY = "ready";

    private final Child holder;

    private MountNamespace(Child holder) {
        this.holder = holder;
    }

    public static MountNamespace create(Path folder) throws IOException, InterruptedException {
        Child holder = Child.start(
                "mounts",
                folder,
                List.of(
                        "unshare",
                        "--mount",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        "mount -t bpf bpf /sys/fs/bpf && echo ready && exec sleep infinity")); // as any host has it
        if (!holder.await("mounts are its own", SOON, () -> holder.out().startsWith(READY))) {
            throw new ChaosException("no mount namespace could be made:" + holder.tail());
        }
        return new MountNamespace(holder);
    }

    /** The same command, so that it runs inside. */
    public List<String> entering(List<String> command) {
        List<String> inside = new ArrayList<>(List.of("nsenter", "--mount=/proc/" + holder.pid() + "/ns/mnt"));
        inside.addAll(command);
        return inside;
    }

    /** Runs a command inside and waits for it; fails with what it said. */
    public void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(entering(Stream.of(command).toList()))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes()).strip();
        if (process.waitFor() != 0) {
            throw new ChaosException(String.join(" ", command) + ": " + said);
        }
    }

    /** The same path, seen from outside. */
    public Path outside(Path inside) {
        return Path.of("/proc/" + holder.pid() + "/root" + inside);
    }

    @Override
    public void close() {
        holder.close();
    }
}
