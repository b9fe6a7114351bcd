package io.skbstream.demo.part;

import io.skbstream.clients.StopSignal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Kafka of our own on a free port of 127.0.0.1. It removes its data when it ends, and ends when we do. */
public final class Broker implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final String KEY = "bootstrap.servers=";

    private final Child child;
    private final int listeners;
    private List<String> bootstrapServers;

    private Broker(Child child, int listeners) {
        this.child = child;
        this.listeners = listeners;
    }

    /** Starts it and returns at once. */
    public static Broker start(Home home, Path folder, JvmFlags flags) {
        return new Broker(start(home, folder, flags, List.of()), 1);
    }

    /** Starts one that listens on a second port, too, for clients that reach this machine under another name or address. */
    public static Broker startAlsoAs(String name, Home home, Path folder, JvmFlags flags) {
        return new Broker(start(home, folder, flags, List.of("--also-as", name)), 2);
    }

    private static Child start(Home home, Path folder, JvmFlags flags, List<String> options) {
        String jar = home.jar("embedded-kafka", "embedded-kafka.jar");
        var program = new ArrayList<>(List.of("-jar", jar, "--until-stdin-closes"));
        program.addAll(options);
        return Child.start("broker", Child.Tie.STDIN, folder, flags.forJar(jar), program);
    }

    /**
     * Waits until it takes requests.
     *
     * @return whether it does; false if stopped before
     * @throws PartException if it ended, or needs longer than three minutes
     */
    public boolean awaitReady(StopSignal stop) throws InterruptedException {
        long deadlineNs = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!stop.await(POLL)) {
            String said = child.output();
            if (said.endsWith("\n") && said.lines().count() == listeners) {
                bootstrapServers = said.lines()
                        .map(line -> line.substring(line.indexOf(KEY) + KEY.length()))
                        .toList();
                return true;
            }
            child.check();
            if (System.nanoTime() > deadlineNs) {
                throw child.failure("was not ready within " + START_TIMEOUT.toSeconds() + " s");
            }
        }
        return false;
    }

    /** Where it listens, {@code 127.0.0.1:PORT}, once {@link #awaitReady} was true. */
    public String bootstrapServers() {
        return bootstrapServers.get(0);
    }

    /** Where clients connect to that reach this machine under the other name, {@code NAME:PORT}; see {@link #startAlsoAs}. */
    public String otherBootstrapServers() {
        return bootstrapServers.get(1);
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
