package io.skbstream.producer.publish;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What keeps a Kafka that is slow, away or hostile from holding the agent up. All of it acts on whole batches:
 *
 * <ul>
 *   <li>the circuit breaker opens when batches fail, and lets single ones through, after pauses that grow, to probe;
 *   <li>the bulkhead bounds how many are on their way, so that there are always some to capture into;
 *   <li>the rate limiter leaves live events the better part of the way while the spool is replayed.
 * </ul>
 */
public final class Guards {

    private static final int WINDOW = 8;
    private static final float FAILURE_RATE_PERCENT = 50;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LIMITER_PERIOD = Duration.ofMillis(100);

    /** A rate, in events a second, of which a tenth would be too coarse. */
    private static final int SLOW = 1000;

    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final CircuitBreaker breaker;
    private final Bulkhead bulkhead;
    private final RateLimiter replayLimiter;
    private final boolean on;

    private Guards(int batchesInFlight, int replayPerSecond, boolean on, Clock clock) {
        this.on = on;
        this.breaker = CircuitBreaker.of(
                "kafka",
                CircuitBreakerConfig.custom()
                        .slidingWindowType(SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(WINDOW)
                        .minimumNumberOfCalls(1)
                        .failureRateThreshold(FAILURE_RATE_PERCENT)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitIntervalFunctionInOpenState(
                                IntervalFunction.ofExponentialBackoff(FIRST_PAUSE, 2, LONGEST_PAUSE))
                        .clock(clock)
                        .build());
        this.bulkhead = Bulkhead.of(
                "kafka",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(batchesInFlight)
                        .maxWaitDuration(Duration.ZERO)
                        .build());
        this.replayLimiter = RateLimiter.of(
                "replay",
                RateLimiterConfig.custom()
                        .limitRefreshPeriod(LIMITER_PERIOD.multipliedBy(replayPerSecond < SLOW ? 10 : 1))
                        .limitForPeriod(replayPerSecond < SLOW ? replayPerSecond : replayPerSecond / 10)
                        .timeoutDuration(LONGEST_WAIT)
                        .build());
    }

    /**
     * @param batchesInFlight how many batches may be on their way to Kafka
     * @param replayPerSecond how many events may leave the spool in a second
     */
    public static Guards on(int batchesInFlight, int replayPerSecond) {
        return on(batchesInFlight, replayPerSecond, Clock.systemUTC());
    }

    /** @param clock measures the breaker's pauses */
    static Guards on(int batchesInFlight, int replayPerSecond, Clock clock) {
        return new Guards(batchesInFlight, replayPerSecond, true, clock);
    }

    /** The same, but everything is let through: for a benchmark that asks what guarding costs. */
    public static Guards off(int batchesInFlight, int replayPerSecond) {
        return new Guards(batchesInFlight, replayPerSecond, false, Clock.systemUTC());
    }

    /** Calls back each time that Kafka takes batches again after it did not. */
    void onRecovery(Runnable action) {
        breaker.getEventPublisher().onStateTransition(event -> {
            if (event.getStateTransition() == CircuitBreaker.StateTransition.HALF_OPEN_TO_CLOSED) {
                action.run();
            }
        });
    }

    /** How the breaker stands, as its library names it: CLOSED, OPEN, HALF_OPEN. */
    public String breakerState() {
        return breaker.getState().name();
    }

    /** Whether nothing is wrong with Kafka, as far as the last batches tell. */
    public boolean isClosed() {
        return breaker.getState() == CircuitBreaker.State.CLOSED;
    }

    /** Something has changed for the better: the next batch probes, without the rest of the pause. */
    public void probeNow() {
        if (breaker.getState() == CircuitBreaker.State.OPEN) {
            breaker.transitionToHalfOpenState();
        }
    }

    /** Whether a batch may be sent; if so, {@link #landed} must follow. */
    boolean mayProbeOrSend() {
        return !on || breaker.tryAcquirePermission();
    }

    /** Gives back what {@link #mayProbeOrSend} allowed, unused. */
    void notSent() {
        if (on) {
            breaker.releasePermission();
        }
    }

    /** Whether there is room for one more live batch on its way; if so, {@link #arrived} must follow. */
    boolean hasRoom() {
        return !on || bulkhead.tryAcquirePermission();
    }

    /** Whether live events leave enough room for others: less than half of what may be on its way is. */
    boolean isEasy() {
        return bulkhead.getMetrics().getAvailableConcurrentCalls() * 2
                > bulkhead.getMetrics().getMaxAllowedConcurrentCalls();
    }

    /** A live batch has landed. */
    void arrived() {
        if (on) {
            bulkhead.onComplete();
        }
    }

    /** How long to wait before so many events may be replayed, in nanoseconds; they are counted as replayed. */
    long replayPauseNs(int events) {
        long pauseNs = replayLimiter.reservePermission(events);
        return pauseNs < 0 ? LONGEST_WAIT.toNanos() : pauseNs;
    }

    /** Tells the breaker how a batch fared. A batch of which something arrived shows that the way is open. */
    void landed(Flight flight) {
        if (!on) {
            return;
        }
        long tookNs = System.nanoTime() - flight.startNs();
        if (flight.acked() > 0 || flight.failure() == null) {
            breaker.onSuccess(tookNs, TimeUnit.NANOSECONDS);
            return;
        }
        breaker.onError(tookNs, TimeUnit.NANOSECONDS, flight.failure());
        if (FailureKind.of(flight.failure()) == FailureKind.CONNECTION && isClosed()) {
            breaker.transitionToOpenState(); // one such failure is enough
        }
    }
}
