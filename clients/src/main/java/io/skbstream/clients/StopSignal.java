package io.skbstream.clients;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;

/**
 * SIGINT, SIGTERM and SIGHUP as a request to end in order. A signal that comes more than a second after the first is a second
 * request, and ends the process at once. One that comes sooner is the same request once more: {@code timeout} and systemd
 * signal a process and its group. Safe for all threads.
 */
public final class StopSignal {
    private static final int EXIT_BY_SIGNAL = 128;
    private static final long SAME_REQUEST_NS = TimeUnit.SECONDS.toNanos(1);

    private final CountDownLatch requested = new CountDownLatch(1);
    private long requestedNs;

    private StopSignal() {}

    /** Takes the signals of this process, for good. */
    public static StopSignal install() {
        var stop = new StopSignal();
        for (String name : new String[] {"INT", "TERM", "HUP"}) {
            Signal.handle(new Signal(name), stop::on);
        }
        return stop;
    }

    public boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** @return whether the request came within {@code limit} */
    public boolean await(Duration limit) throws InterruptedException {
        return requested.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The JVM gives each signal a thread of its own. */
    private synchronized void on(Signal signal) {
        if (!isRequested()) {
            requestedNs = System.nanoTime();
            requested.countDown();
        } else if (System.nanoTime() - requestedNs > SAME_REQUEST_NS) {
            Runtime.getRuntime().halt(EXIT_BY_SIGNAL + signal.getNumber());
        }
    }
}
