package io.skbstream.chaos.process;

import io.skbstream.chaos.process.Jars.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A real broker that can be stopped, killed, wiped and started again, always on the same ports. The test itself comes through
 * the plain listener. Used by one thread.
 */
public final class BrokerProcess implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration END = Duration.ofMinutes(2);
    private static final String READY = "bootstrap.servers=";

    private final Jars jars;
    private final Program program;
    private final Path folder;
    private final String name;
    private final int plainPort;
    private final List<String> arguments;
    private Child child;
    private long peakKib;

    /**
     * @param name of the files with its output, and of the folder with its data
     * @param arguments beyond data folder and plain port
     */
    public BrokerProcess(Jars jars, Program program, Path folder, String name, int plainPort, List<String> arguments) {
        this.jars = jars;
        this.program = program;
        this.folder = folder;
        this.name = name;
        this.plainPort = plainPort;
        this.arguments = List.copyOf(arguments);
    }

    /** The only broker, where the agent logs in through the proxy at {@code advertisedPort}, which leads to {@code scramPort}. */
    public static BrokerProcess alone(Jars jars, Path folder, int plainPort, int scramPort, int advertisedPort) {
        List<String> arguments = List.of(
                "--scram-port", Integer.toString(scramPort), "--advertised-port", Integer.toString(advertisedPort));
        return new BrokerProcess(jars, Program.BROKER, folder, "broker", plainPort, arguments);
    }

    /** Starts it on whatever data is there, and waits until it takes requests. */
    public void start() throws IOException, InterruptedException {
        begin();
        awaitReady();
    }

    /** Starts it and returns at once. */
    public void begin() throws IOException {
        Stream<String> own = Stream.of("--folder", data().toString(), "--port", Integer.toString(plainPort));
        child = Child.start(
                name,
                folder,
                Stream.of(jars.command(program).stream(), own, arguments.stream())
                        .flatMap(part -> part)
                        .toList());
    }

    /** Waits until it takes requests. */
    public void awaitReady() throws InterruptedException {
        if (!child.await("it takes requests", START, () -> child.out().contains(READY))) {
            throw new ChaosException(name + " did not start; it said:" + child.tail());
        }
    }

    public boolean isAlive() {
        return child != null && child.isAlive();
    }

    /** The most memory that it has had in RAM in any of its lives that were ended here, and in this one, in KiB. */
    public long peakKib() throws IOException {
        if (isAlive()) {
            peakKib = Math.max(peakKib, child.peakKib());
        }
        return peakKib;
    }

    /** SIGTERM, and its end. */
    public void stop() throws IOException, InterruptedException {
        peakKib();
        child.signal("TERM");
        child.awaitEnd(END);
    }

    /** SIGKILL, and its end. */
    public void kill() throws IOException, InterruptedException {
        peakKib();
        child.signal("KILL");
        child.awaitEnd(END);
    }

    /** SIGSTOP: it keeps its connections and does not answer. */
    public void pause() throws IOException, InterruptedException {
        child.signal("STOP");
    }

    /** SIGCONT. */
    public void resume() throws IOException, InterruptedException {
        child.signal("CONT");
    }

    /** Deletes all its data, while it is not running. */
    public void wipe() throws IOException {
        try (Stream<Path> files = Files.walk(data())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Where the test itself connects to. */
    public String bootstrapServers() {
        return "127.0.0.1:" + plainPort;
    }

    @Override
    public void close() {
        if (child != null) {
            child.close();
        }
    }

    private Path data() {
        return folder.resolve(name + "-data");
    }
}
