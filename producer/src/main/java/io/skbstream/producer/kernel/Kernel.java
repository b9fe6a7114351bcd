package io.skbstream.producer.kernel;

import io.skbstream.clients.SystemFailure;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.Obstacle;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The kernel as its /proc and /sys show it at the moment of each call. Any thread. */
public final class Kernel {

    private static final Kernel RUNNING = new Kernel(Path.of("/"));
    private static final String DEVICES = "/proc/net/dev";
    private static final String POSSIBLE_CPUS = "/sys/devices/system/cpu/possible";
    private static final int HEADER_LINES = 2;

    /** Linux has it until a name is set. */
    private static final String NO_NAME = "(none)";

    private final Path root;

    /** @param root the folder that has {@code proc} and {@code sys} */
    Kernel(Path root) {
        this.root = root;
    }

    /** The kernel that runs this process. */
    public static Kernel running() {
        return RUNNING;
    }

    /** As {@code uname -r} prints it. */
    public String release() {
        return sysctl("osrelease");
    }

    /**
     * As {@code uname -n} prints it.
     *
     * @throws AgentException if it has none, or one that is not text
     */
    public String hostName() {
        String remedy = "give the name with --host, or set it (hostnamectl set-hostname NAME)";
        try {
            String name = sysctl("hostname");
            if (name.isEmpty() || name.equals(NO_NAME)) {
                throw new AgentException(new Obstacle("this host has no name", remedy));
            }
            return name;
        } catch (AgentException failed) {
            if (failed.getCause() instanceof CharacterCodingException) {
                throw new AgentException(new Obstacle("the name of this host is not UTF-8 text", remedy));
            }
            throw failed;
        }
    }

    /** Every device of this process's network namespace; Java's own list leaves out those without an address. */
    public List<String> devices() {
        try (Stream<String> lines = Files.lines(file(DEVICES), StandardCharsets.ISO_8859_1)) { // names are any bytes
            return lines.skip(HEADER_LINES)
                    .map(line -> line.substring(0, line.indexOf(':')).strip())
                    .map(name -> new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                    .sorted()
                    .toList();
        } catch (IOException noProc) {
            throw unreadable(DEVICES, noProc);
        }
    }

    /** Whether the release is at least {@code major.minor}. */
    public boolean isAtLeast(int major, int minor) {
        String[] parts = release().split("[^0-9]+", 3);
        int runningMajor = Integer.parseInt(parts[0]);
        return runningMajor > major || runningMajor == major && Integer.parseInt(parts[1]) >= minor;
    }

    /** That the release is older than the BPF ring buffer, which every hook needs. */
    public Optional<Obstacle> ageObstacle() {
        return isAtLeast(5, 8)
                ? Optional.empty()
                : Optional.of(new Obstacle(
                        "Linux " + release() + " is too old: it has no BPF ring buffer", "run Linux 5.8 or later"));
    }

    /** One more than the highest number that a CPU of this machine may ever have; a cgroup's limit plays no part. */
    public int cpus() {
        String list;
        try {
            list = read(POSSIBLE_CPUS);
        } catch (IOException noSys) {
            throw unreadable(POSSIBLE_CPUS, noSys);
        }
        return 1 + Integer.parseInt(list.substring(1 + Math.max(list.lastIndexOf(','), list.lastIndexOf('-'))));
    }

    /**
     * A soft limit of this process; empty if there is none, or if /proc does not say.
     *
     * @param name as in /proc/self/limits, {@code Max open files}
     */
    public OptionalLong processLimit(String name) {
        String limits;
        try {
            limits = read("/proc/self/limits");
        } catch (IOException unknown) { // also where the limit is what keeps it from being read
            return OptionalLong.empty();
        }
        return limits.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split("\\s+")[0])
                .filter(soft -> !soft.equals("unlimited"))
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    /** How many files this process may still open; empty if there is no limit, or if /proc does not say. */
    public OptionalLong freeFiles() {
        OptionalLong limit = processLimit("Max open files");
        try (Stream<Path> open = Files.list(file("/proc/self/fd"))) {
            long taken = open.count();
            return limit.isPresent() ? OptionalLong.of(Math.max(0, limit.getAsLong() - taken)) : limit;
        } catch (IOException unreadable) {
            return SystemFailure.of(unreadable).isLimit() ? OptionalLong.of(0) : OptionalLong.empty();
        }
    }

    public KernelBtf btf() {
        return new KernelBtf(this);
    }

    public Lockdown lockdown() {
        return new Lockdown(this);
    }

    public Capabilities capabilities() {
        return new Capabilities(this);
    }

    public MemoryLock memoryLock() {
        return new MemoryLock(this);
    }

    public Kprobes kprobes() {
        return new Kprobes(this);
    }

    public PerfEvents perfEvents() {
        return new PerfEvents(this);
    }

    /** Where a file of /proc or /sys is. */
    Path file(String path) {
        return root.resolve(path.substring(1));
    }

    /**
     * A file's text without the white space around it; empty if it is not there or may not be read.
     *
     * @throws AgentException if a limit of this process keeps it from being read, which says nothing of the kernel
     */
    Optional<String> text(String path) {
        try {
            return Optional.of(read(path));
        } catch (IOException unreadable) {
            refuseLimit(path, unreadable);
            return Optional.empty();
        }
    }

    /**
     * A long file line by line; no lines if it is not there or may not be read. The caller closes it.
     *
     * @throws AgentException as {@link #text}
     */
    Stream<String> lines(String path) {
        try {
            return Files.lines(file(path), StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            refuseLimit(path, unreadable);
            return Stream.empty();
        }
    }

    private String read(String path) throws IOException {
        return Files.readString(file(path), StandardCharsets.ISO_8859_1).strip();
    }

    private String sysctl(String name) {
        String path = "/proc/sys/kernel/" + name;
        try {
            return Files.readString(file(path)).strip();
        } catch (IOException noProc) {
            throw unreadable(path, noProc);
        }
    }

    private void refuseLimit(String path, IOException unreadable) {
        if (SystemFailure.of(unreadable).isLimit()) {
            throw unreadable(path, unreadable);
        }
    }

    private AgentException unreadable(String path, IOException why) {
        String remedy = SystemFailure.of(why) == SystemFailure.MISSING ? "; " + whereItIs(path) : "";
        return new AgentException("cannot read " + path + ": " + SystemFailure.inWords(why) + remedy, why);
    }

    /** What to do about a file that is not there, although every kernel has it. */
    private String whereItIs(String path) {
        boolean isOfProc = path.startsWith("/proc/");
        if (Files.exists(file(isOfProc ? "/proc/self" : "/sys/devices"))) {
            return "see what hides it (findmnt -R " + (isOfProc ? "/proc)" : "/sys)");
        }
        return isOfProc ? "mount /proc (mount -t proc proc /proc)" : "mount /sys (mount -t sysfs sysfs /sys)";
    }
}
