package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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

    static final Path JAR = Path.of("target/skbstream.jar").toAbsolutePath();

    private static final Duration START = Duration.ofSeconds(180); // in an emulator, on a busy machine
    private static final Duration END = Duration.ofSeconds(180); // likewise

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

    /** Starts {@code run} on one network namespace alone, into a topic of one partition, and waits until it captures. */
    public static AgentProcess capture(Broker broker, String topic, long netns, String... more) throws Exception {
        Stream<String> base = Stream.of("run --bootstrap-servers %s --topic %s --partitions 1 --host %s --netns %s"
                .formatted(broker.bootstrapServers(), topic, HOST, netns)
                .split(" "));
        return start(Stream.concat(base, Stream.of(more)).toArray(String[]::new))
                .awaitCapturing();
    }

    /** The same as user nobody, with no capability but these, {@code +bpf}; the jar is copied to {@code folder}, where that user can read it. */
    static AgentProcess startAsNobody(Path folder, List<String> capabilities, String... arguments) throws IOException {
        Path jar = Files.copy(JAR, folder.resolve("skbstream.jar"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        String caps = Stream.concat(Stream.of("-all"), capabilities.stream()).collect(Collectors.joining(","));
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        command.addAll(List.of("--inh-caps=" + caps, "--ambient-caps=" + caps, java(), "-jar", jar.toString()));
        command.addAll(List.of(arguments));
        return start(command);
    }

    static AgentProcess start(List<String> command) throws IOException {
        return start(command, Optional.empty());
    }

    private static AgentProcess start(List<String> command, Optional<Path> spool) throws IOException {
        Path out = Files.createTempFile("skbstream-it-", ".out");
        Path err = Files.createTempFile("skbstream-it-", ".err");
        Process process = new ProcessBuilder(command)
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
        await(START, "the agent to capture", () -> err().contains("capturing at"));
        return this;
    }

    /** Waits until something holds; fails, with what the agent said, if it does not in time. */
    void await(Duration limit, String what, BooleanSupplier holds) throws InterruptedException {
        long endNs = System.nanoTime() + limit.toNanos();
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

    /** Sends a signal by name: TERM, INT, STOP, CONT, KILL. */
    public AgentProcess signal(String name) throws Exception {
        // The shell's own kill: a minimal Debian has no other.
        assertThat(new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                        .start()
                        .waitFor())
                .isZero();
        return this;
    }

    /** Waits for the end. */
    public int exitCode() throws InterruptedException {
        assertThat(process.waitFor(END.toSeconds(), TimeUnit.SECONDS))
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
            throw new java.io.UncheckedIOException(unreadable);
        }
    }
}
