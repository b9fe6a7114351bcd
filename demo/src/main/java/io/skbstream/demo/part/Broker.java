package io.skbstream.demo.part;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A Kafka of our own on a free port of 127.0.0.1. It removes its data when it ends, and ends when we do. */
public final class Broker implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final String READY = "bootstrap.servers=";

    private final Child child;
    private String bootstrapServers;

    private Broker(Child child) {
        this.child = child;
    }

    /** Starts it and returns at once. */
    public static Broker start(Home home, Path folder, JvmFlags flags) {
        String jar = home.jar("embedded-kafka", "embedded-kafka.jar");
        return new Broker(Child.start(
                "broker", Child.Tie.STDIN, folder, flags.forJar(jar), List.of("-jar", jar, "--until-stdin-closes")));
    }

    /**
     * Waits until it takes requests.
     *
     * @return whether it does; false if stopped before
     * @throws PartException if it ended, or needs longer than a minute and a half
     */
    public boolean awaitReady(StopSignal stop) throws InterruptedException {
        long deadlineNs = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!stop.await(POLL)) {
            String line = child.output();
            if (line.endsWith("\n")) {
                bootstrapServers = line.strip().substring(READY.length());
                return true;
            }
            child.check();
            if (System.nanoTime() > deadlineNs) {
                throw child.failure("was not ready within " + START_TIMEOUT.toSeconds() + " s");
            }
        }
        return false;
    }

    /** Where it listens, {@code 127.0.0.1:PORT}; null before {@link #awaitReady} was true. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** @throws PartException if it has ended */
    public void check() {
        child.check();
    }

    /** Ends it in order, and so removes its data. May be repeated. */
    @Override
    public void close() {
        try {
            child.stop(STOP_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            child.close();
        }
    }
}
