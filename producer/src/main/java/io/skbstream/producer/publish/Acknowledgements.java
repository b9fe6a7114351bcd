package io.skbstream.producer.publish;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether Kafka acknowledges the batches in flight, live or out of the spool: a Kafka that hangs or throttles fails no batch for a long
 * time, so the breaker does not see it. Any thread, but {@link #tell} is for one.
 */
public final class Acknowledgements {

    private static final Logger LOG = LoggerFactory.getLogger(Acknowledgements.class);
    private static final long STALLED_NS = Duration.ofSeconds(5).toNanos();
    private static final double NS_PER_MS = 1e6;

    /** How acknowledgements come. */
    public enum State {
        FLOWING,
        /** A quota delays them; the client's own measurement says so, for up to a minute after the last delay. */
        THROTTLED,
        /** Something is in flight, and nothing was decided for five seconds, and for twice as long as a quota delays answers. */
        STALLED
    }

    private final Supplier<? extends Producer<?, ?>> client;
    private final LongSupplier nowNs;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile long movedNs;
    private volatile long ackedNs;
    private volatile Throttle throttle = new Throttle(null, null);
    private State told = State.FLOWING;
    private long toldNs;
    private long sinceNs;

    /** Where a client measures how long brokers have delayed their answers to it. */
    private record Throttle(Producer<?, ?> client, Metric averageMs) {}

    /** @param client Kafka's client in use, or null */
    Acknowledgements(Supplier<? extends Producer<?, ?>> client) {
        this(client, System::nanoTime);
    }

    /** @param nowNs stands in for {@link System#nanoTime} */
    Acknowledgements(Supplier<? extends Producer<?, ?>> client, LongSupplier nowNs) {
        this.client = client;
        this.nowNs = nowNs;
        this.ackedNs = nowNs.getAsLong();
    }

    void sent() {
        if (inFlight.get() == 0) {
            movedNs = nowNs.getAsLong(); // before it counts as in flight, since others look at both
        }
        inFlight.getAndIncrement();
    }

    void landed(Flight flight) {
        movedNs = nowNs.getAsLong();
        if (flight.acked() > 0) {
            ackedNs = movedNs;
        }
        inFlight.decrementAndGet();
    }

    /** For how long Kafka's client has decided on nothing, while it has something to decide on, in nanoseconds. */
    public long stalledNs() {
        return inFlight.get() == 0 ? 0 : nowNs.getAsLong() - movedNs;
    }

    /** How acknowledgements come now. */
    public State state() {
        double delayMs = throttleMs();
        if (stalledNs() > STALLED_NS + 2 * Math.round(delayMs * NS_PER_MS)) { // a delay is twice the average at times
            return State.STALLED;
        }
        return delayMs > 0 ? State.THROTTLED : State.FLOWING;
    }

    /**
     * Says that acknowledgements have ceased or are delayed, and that they flow again.
     *
     * @param isClosed whether the breaker is closed; otherwise batches have failed, and the log says why
     */
    public void tell(boolean isClosed) {
        State now = state();
        if (now == told) {
            return;
        }
        switch (now) {
            case STALLED ->
                LOG.warn(
                        "Kafka has acknowledged nothing for {} s, with {} batches in flight: a broker that hangs, too few in-sync"
                                + " replicas, or the network; batches that find no room go to the spool",
                        Duration.ofNanos(stalledNs()).toSeconds(),
                        inFlight.get());
            case THROTTLED ->
                LOG.warn(
                        "Kafka throttles this agent: a quota of its user or client.id delays answers by {} ms on average; batches"
                                + " that find no room go to the spool; raise producer_byte_rate or request_percentage, whichever"
                                + " kafka-configs.sh --describe shows for that user or client.id",
                        Math.round(throttleMs()));
            case FLOWING -> {
                if (isClosed && ackedNs - toldNs < 0) {
                    return; // nothing in flight any more, or decided otherwise: not known yet
                }
                if (isClosed) {
                    LOG.info(
                            told == State.STALLED
                                    ? "Kafka acknowledges again, after {} s"
                                    : "Kafka does not throttle this agent any more, after {} s",
                            Duration.ofNanos(nowNs.getAsLong() - sinceNs).toSeconds());
                }
            }
        }
        told = now;
        toldNs = nowNs.getAsLong();
        sinceNs = toldNs - (now == State.STALLED ? stalledNs() : 0);
    }

    private double throttleMs() {
        Producer<?, ?> current = client.get();
        if (current == null) {
            return 0;
        }
        Throttle known = throttle;
        if (known.client != current) {
            Metric averageMs = current.metrics().entrySet().stream()
                    .filter(metric -> metric.getKey().name().equals("produce-throttle-time-avg"))
                    .map(metric -> (Metric) metric.getValue())
                    .findFirst()
                    .orElse(null);
            throttle = known = new Throttle(current, averageMs);
        }
        return known.averageMs != null && known.averageMs.metricValue() instanceof Double ms && ms > 0 ? ms : 0;
    }
}
