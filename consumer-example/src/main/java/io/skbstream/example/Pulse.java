package io.skbstream.example;

import io.skbstream.clients.StopSignal;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/** Ends long work when the job is to stop, and lets it show others, once a second, that it goes on. For one thread. */
final class Pulse {
    private static final Duration REST = Duration.ofMillis(500);
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final StopSignal stop;
    private final Runnable sign;
    private long lastNs = System.nanoTime();

    /** @param sign shows that the work goes on */
    Pulse(StopSignal stop, Runnable sign) {
        this.stop = stop;
        this.sign = sign;
    }

    /** @throws CancellationException if the job is to stop */
    void beat() {
        if (stop.isRequested()) {
            throw new CancellationException("stopped");
        }
        if (System.nanoTime() - lastNs > EVERY.toNanos()) {
            lastNs = System.nanoTime();
            sign.run();
        }
    }

    /**
     * Waits half a second.
     *
     * @throws CancellationException if the job is to stop
     */
    void rest() throws InterruptedException {
        stop.await(REST);
        beat();
    }
}
