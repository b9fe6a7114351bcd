package io.skbstream.embeddedkafka;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what a broker does by itself. */
final class Await {
    /** Enough for a machine that is busy with other work. */
    static final long PATIENCE_S = 180;

    private static final long PAUSE_MS = 50;

    private Await() {}

    /** @throws AssertionError if the condition does not come true in time */
    static void until(String what, Callable<Boolean> condition) throws Exception {
        long deadlineNs = System.nanoTime() + Duration.ofSeconds(PATIENCE_S).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("not within " + PATIENCE_S + " s: " + what);
            }
            Thread.sleep(PAUSE_MS);
        }
    }
}
