package io.skbstream.producer.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;

/** SIGINT, SIGTERM and SIGHUP as a request to end in order; the second one ends the process at once. */
final class StopSignal {

    private static final int EXIT_BY_SIGNAL = 128;

    private final CountDownLatch requested = new CountDownLatch(1);

    private StopSignal() {}

    static StopSignal install() {
        StopSignal stop = new StopSignal();
        for (String name : List.of("INT", "TERM", "HUP")) {
            Signal.handle(new Signal(name), stop::on);
        }
        return stop;
    }

    boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** @return whether the request came within {@code limit} */
    boolean await(Duration limit) throws InterruptedException {
        return requested.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void on(Signal signal) {
        if (isRequested()) {
            Runtime.getRuntime().halt(EXIT_BY_SIGNAL + signal.getNumber());
        }
        requested.countDown();
    }
}
