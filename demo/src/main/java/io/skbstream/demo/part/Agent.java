package io.skbstream.demo.part;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The agent: {@code skbstream.jar run}. Must be started by a thread that stays; see {@link Child.Tie#PARENT_THREAD}. */
public final class Agent implements AutoCloseable {
    /** Longer than the agent's own --shutdown-timeout, also where it takes its time, as in an emulated guest. */
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);

    /** As shells, and Java's {@code Process}, have it of a process that did not handle the signal. */
    private static final int ENDED_BY_SIGTERM = 128 + 15;

    private final Child child;

    private Agent(Child child) {
        this.child = child;
    }

    /** Starts it and returns at once. */
    public static Agent start(Home home, Path folder, JvmFlags flags, String bootstrapServers, List<String> options) {
        String jar = home.jar("producer", "skbstream.jar");
        var program = new ArrayList<>(List.of("-jar", jar, "run", "--bootstrap-servers", bootstrapServers));
        program.addAll(List.of("--spool-dir", folder.resolve("spool").toString()));
        program.addAll(options);
        return new Agent(Child.start("agent", Child.Tie.PARENT_THREAD, folder, flags.forJar(jar), program));
    }

    /**
     * Starts it in a guest that pings itself a hundred times a second as long as the agent runs, and returns at once.
     *
     * @param kernel the guest's name, as {@code vm/run --kernel} takes it
     * @param bootstrapServers where the guest reaches Kafka
     */
    public static Agent startInGuest(String kernel, Home home, Path folder, JvmFlags flags, String bootstrapServers) {
        String jar = home.jar("producer", "skbstream.jar");
        var command = new ArrayList<>(
                List.of(home.folder().resolve("vm").resolve("run").toString()));
        command.addAll(List.of("--kernel", kernel, "--network", "--file", jar, "--"));
        command.addAll(List.of("sh", "-c", "ping -q -i 0.01 -s 600 127.0.0.1 >&2 & exec \"$@\"", "sh"));
        command.add("java");
        command.addAll(JvmFlags.OUTPUT);
        command.addAll(flags.flags());
        command.addAll(List.of("-jar", Path.of(jar).getFileName().toString(), "run"));
        command.addAll(List.of("--bootstrap-servers", bootstrapServers, "--spool-dir", "/tmp/spool"));
        return new Agent(Child.start("agent", Child.Tie.PARENT_THREAD, folder, command));
    }

    public long pid() {
        return child.pid();
    }

    /** @throws PartException if it has ended */
    public void check() {
        child.check();
    }

    /**
     * Ends it in order.
     *
     * @return its last word, and whether it left well; empty if the request came before it, or its guest, was up
     * @throws PartException if it gave no ledger although it was up
     */
    public Optional<Ledger> stop() throws InterruptedException {
        int exitCode = child.stop(STOP_TIMEOUT);
        String line = child.output().strip();
        if (!line.isEmpty()) {
            return Optional.of(Ledger.parse(line, exitCode));
        }
        if (exitCode == ENDED_BY_SIGTERM) {
            return Optional.empty();
        }
        throw child.failure("ended without a ledger, exit code " + exitCode);
    }

    /** Kills it, if it is still there. */
    @Override
    public void close() {
        child.close();
    }
}
