package io.skbstream.example;

import io.skbstream.clients.StopSignal;
import java.time.Duration;

/**
 * Interrupts the thread that made it when it does not end in time after a request to stop: it may be in a call to a Kafka that does not
 * answer. Interrupts it again every second until it closes this.
 */
final class StopDeadline implements AutoCloseable {
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final StopSignal stop;
    private final Duration limit;
    private final Thread worker = Thread.currentThread();
    private final Thread watcher = new Thread(this::watch, "stop-deadline");
    private boolean closed;

    /** @param limit how long the thread may go on after the request */
    StopDeadline(StopSignal stop, Duration limit) {
        this.stop = stop;
        this.limit = limit;
        watcher.setDaemon(true);
        watcher.start();
    }

    private void watch() {
        try {
            while (!stop.await(Duration.ofHours(1))) {}
            Thread.sleep(limit.toMillis());
            while (interrupt()) {
                Thread.sleep(AGAIN.toMillis());
            }
        } catch (InterruptedException closedMeanwhile) {
            // There is nothing more to watch.
        }
    }

    private synchronized boolean interrupt() {
        if (!closed) {
            worker.interrupt();
        }
        return !closed;
    }

    /** Takes back an interrupt that the thread has not noticed. */
    @Override
    public synchronized void close() {
        closed = true;
        watcher.interrupt();
        if (stop.isRequested()) {
            Thread.interrupted();
        }
    }
}
