package io.skbstream.clients;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;

/** SIGINT, SIGTERM and SIGHUP as a request to end in order; a second one ends the process at once. Safe for all threads. */
public final class StopSignal {
    private static final int EXIT_BY_SIGNAL = 128;

    private final CountDownLatch requested = new CountDownLatch(1);

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

    private void on(Signal signal) {
        if (isRequested()) {
            Runtime.getRuntime().halt(EXIT_BY_SIGNAL + signal.getNumber());
        }
        requested.countDown();
    }
}
