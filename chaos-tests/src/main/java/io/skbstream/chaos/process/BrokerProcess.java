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
 * A real broker that can be stopped, killed, wiped and started again, always on the same ports. The agent logs in through a
 * proxy, whose port the broker advertises to it; the test itself comes through the plain listener. Used by one thread.
 */
public final class BrokerProcess implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration END = Duration.ofMinutes(2);
    private static final String READY = "bootstrap.servers=";

    private final Jars jars;
    private final Path folder;
    private final int plainPort;
    private final int scramPort;
    private final int advertisedPort;
    private Child child;

    /** @param advertisedPort of the proxy that leads to {@code scramPort} */
    public BrokerProcess(Jars jars, Path folder, int plainPort, int scramPort, int advertisedPort) {
        this.jars = jars;
        this.folder = folder;
        this.plainPort = plainPort;
        this.scramPort = scramPort;
        this.advertisedPort = advertisedPort;
    }

    /** Starts it on whatever data is there, and waits until it takes requests. */
    public void start() throws IOException, InterruptedException {
        List<String> command = Stream.concat(
                        jars.command(Program.BROKER).stream(),
                        Stream.of(
                                "--folder", data().toString(),
                                "--port", Integer.toString(plainPort),
                                "--scram-port", Integer.toString(scramPort),
                                "--advertised-port", Integer.toString(advertisedPort)))
                .toList();
        Child started = Child.start("broker", folder, command);
        child = started;
        if (!started.await("it takes requests", START, () -> started.out().contains(READY))) {
            throw new ChaosException("the broker did not start; it said:" + started.tail());
        }
    }

    /** SIGTERM, and its end. */
    public void stop() throws IOException, InterruptedException {
        child.signal("TERM");
        child.awaitEnd(END);
    }

    /** SIGKILL, and its end. */
    public void kill() throws IOException, InterruptedException {
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
        return folder.resolve("broker-data");
    }
}
