package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skbstream.producer.spool.SpoolFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;

/** The real jar as a process, its output in files, and a spool of its own unless it is given one; closing it ends it for good. */
public final class AgentProcess implements AutoCloseable {

    /** What {@link #capture} gives as host. */
    public static final String HOST = "it-host";

    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

    static final Path JAR = Path.of("target/skbstream.jar").toAbsolutePath();

    /** How long anything may take that a test waits for: in an emulator, on a busy machine. Only a hang takes longer. */
    public static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Process process;
    private final Path out;
    private final Path err;
    private final Optional<Path> spool;

    private AgentProcess(Process process, Path out, Path err, Optional<Path> spool) {
        this.process = process;
        this.out = out;
        this.err = err;
        this.spool = spool;
    }

    /** Starts the jar with these arguments; the process belongs to the calling thread's network namespace. */
    public static AgentProcess start(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        if (!arguments[0].equals("run") || command.contains("--spool-dir")) {
            return start(command);
        }
        Path spool = Files.createTempDirectory("skbstream-it-");
        command.addAll(List.of("--spool-dir", spool.toString()));
        return start(command, Optional.of(spool));
    }

    /**
     * Starts {@code run} on one network namespace alone, into a topic of one partition, and waits until it captures and has met Kafka. Its
     * end may take longer than by default, for Kafka to answer on a busy machine.
     */
    public static AgentProcess capture(Broker broker, String topic, long netns, String... more) throws Exception {
        String base = "run --bootstrap-servers %s --topic %s --partitions 1 --host %s --netns %s --shutdown-timeout 2m"
                .formatted(broker.bootstrapServers(), topic, HOST, netns);
        AgentProcess agent = start(Stream.concat(Stream.of(base.split(" ")), Stream.of(more))
                        .toArray(String[]::new))
                .awaitCapturing();
        agent.awaitLine("connected to Kafka");
        return agent;
    }

    /** The same as user nobody, with no capability but these, {@code +bpf}; the jar is copied to {@code folder}, where that user can read it. */
    static AgentProcess startAsNobody(Path folder, List<String> capabilities, String... arguments) throws IOException {
        Path jar = Files.copy(JAR, folder.resolve("skbstream.jar"));
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        assumeTrue(
                mayNobodyRun(jar),
                "needs a JDK and a folder for temporary files that user nobody may read, and setpriv");
        String caps = Stream.concat(Stream.of("-all"), capabilities.stream()).collect(Collectors.joining(","));
        List<String> command = new ArrayList<>(AS_NOBODY);
        command.addAll(List.of("--inh-caps=" + caps, "--ambient-caps=" + caps, java(), "-jar", jar.toString()));
        command.addAll(List.of(arguments));
        return start(command);
    }

    private static boolean mayNobodyRun(Path jar) throws IOException {
        List<String> command = new ArrayList<>(AS_NOBODY);
        command.addAll(List.of("sh", "-c", "test -x \"$0\" && test -r \"$1\"", java(), jar.toString()));
        try (AgentProcess tried = start(command)) {
            return tried.process.onExit().join().exitValue() == 0;
        } catch (IOException noSetpriv) {
            return false;
        }
    }

    static AgentProcess start(List<String> command) throws IOException {
        return start(command, Optional.empty());
    }

    private static AgentProcess start(List<String> command, Optional<Path> spool) throws IOException {
        Path out = Files.createTempFile("skbstream-it-", ".out");
        Path err = Files.createTempFile("skbstream-it-", ".err");
        List<String> withSignals =
                new ArrayList<>(List.of("env", "--default-signal=HUP,INT")); // which nohup and & switch off
        withSignals.addAll(command);
        Process process = new ProcessBuilder(withSignals)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new AgentProcess(process, out, err, spool);
    }

    /** The command that runs this JVM. */
    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Waits until the agent says that it captures. */
    public AgentProcess awaitCapturing() throws Exception {
        await("the agent to capture", () -> err().contains("capturing at"));
        return this;
    }

    /** Waits until the agent has said a line with all of these words. */
    void awaitLine(String... words) throws InterruptedException {
        await("a line with " + List.of(words), () -> err().lines()
                .anyMatch(line -> Stream.of(words).allMatch(line::contains)));
    }

    /** Waits until something holds; fails, with what the agent said, if it does not in time. */
    void await(String what, BooleanSupplier holds) throws InterruptedException {
        long endNs = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(process.isAlive())
                    .as("alive while waiting for %s; it said:%n%s", what, err())
                    .isTrue();
            assertThat(System.nanoTime() - endNs)
                    .as("timeout while waiting for %s; it said:%n%s", what, err())
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Waits until so many events wait in a spool folder. */
    void awaitSpooled(Path folder, long events) throws InterruptedException {
        await("the events in the spool", () -> spooled(folder) == events);
    }

    /** How many events wait in a spool folder. */
    static long spooled(Path folder) {
        return new SpoolFolder(folder)
                .list().segments().stream()
                        .mapToLong(segment -> segment.events())
                        .sum();
    }

    /** Sends a signal by name: TERM, INT, STOP, CONT, KILL. */
    public AgentProcess signal(String name) throws Exception {
        // The shell's own kill: a minimal Debian has no other.
        assertThat(new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                        .start()
                        .waitFor())
                .isZero();
        return this;
    }

    /** Sends STOP, and returns once every thread has stopped: those that run on other CPUs go on for a moment. */
    void halt() throws Exception {
        signal("STOP");
        await("every thread to stop", () -> {
            try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
                return threads.allMatch(thread -> read(thread.resolve("stat")).matches("(?s).*\\) T .*"));
            } catch (IOException | UncheckedIOException gone) {
                return false;
            }
        });
    }

    /** The kernel's number of the process. */
    long pid() {
        return process.pid();
    }

    /** Waits for the end. */
    public int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("ends by itself; it said:%n%s", err())
                .isTrue();
        return process.exitValue();
    }

    /** SIGTERM, and the ledger that follows; exit code 0 is part of it. */
    public JsonNode ledger() throws Exception {
        signal("TERM");
        assertThat(exitCode()).as("exit code; it said:%n%s", err()).isZero();
        return lastLedger();
    }

    /** The one line on stdout. */
    JsonNode lastLedger() throws IOException {
        List<String> lines = Files.readAllLines(out);
        assertThat(lines).as("stdout; stderr was:%n%s", err()).hasSize(1);
        return new ObjectMapper().readTree(lines.get(0));
    }

    public String out() {
        return read(out);
    }

    public String err() {
        return read(err);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        Files.delete(out);
        Files.delete(err);
        if (spool.isPresent()) {
            Utils.delete(spool.get().toFile());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
