package io.skbstream.compose;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** Waits for what comes about by itself. */
final class Await {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private Await() {}

    /**
     * Asks until the answer is the right one.
     *
     * @return that answer
     * @throws AssertionError with the last answer or failure, after five minutes
     */
    static <T> T until(String what, Callable<T> question, Predicate<T> right) throws InterruptedException {
        long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            Object last;
            try {
                T answer = question.call();
                if (right.test(answer)) {
                    return answer;
                }
                last = answer;
            } catch (InterruptedException interrupted) {
                throw interrupted;
            } catch (Exception | AssertionError failed) { // a container may not answer yet
                last = failed;
            }
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what + "; at last: " + last);
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }
}
