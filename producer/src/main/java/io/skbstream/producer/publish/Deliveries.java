package io.skbstream.producer.publish;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of each event that was given to Kafka's client, counted where Kafka tells: acked, rejected by the broker for
 * good, or not delivered in time. Any thread.
 */
public final class Deliveries implements Callback {

    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);
    private static final long COMPLAIN_EVERY_NS = Duration.ofMinutes(1).toNanos();

    private final LongAdder sent = new LongAdder();
    private final LongAdder acked = new LongAdder();
    private final Map<String, LongAdder> rejected = new ConcurrentHashMap<>();
    private final LongAdder undelivered = new LongAdder();
    private final AtomicLong complainAtNs = new AtomicLong(System.nanoTime());

    /** An event was given to Kafka's client; exactly one of the other counts will follow. */
    void sent() {
        sent.increment();
    }

    @Override
    public void onCompletion(RecordMetadata metadata, Exception failure) {
        if (failure == null) {
            acked.increment();
        } else if (failure instanceof ApiException && !(failure instanceof RetriableException)) {
            rejected.computeIfAbsent(failure.getClass().getSimpleName(), reason -> new LongAdder())
                    .increment();
            complain("Kafka refuses events for good", failure);
        } else {
            undelivered.increment();
            complain("Kafka did not acknowledge events in time", failure);
        }
    }

    public long acked() {
        return acked.sum();
    }

    /** Events that the broker refused for good. */
    public long rejected() {
        return rejected.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** Those by reason: the simple name of Kafka's exception. */
    public Map<String, Long> rejectedBy() {
        Map<String, Long> reasons = new TreeMap<>();
        rejected.forEach((reason, count) -> reasons.put(reason, count.sum()));
        return reasons;
    }

    /** Events that the broker did not acknowledge in time; it may have them all the same. */
    public long undelivered() {
        return undelivered.sum();
    }

    /** Events that Kafka's client has and has not decided on. Exact when nothing is being sent. */
    public long inFlight() {
        return sent.sum() - acked() - rejected() - undelivered();
    }

    /** One line a minute, not one an event. */
    private void complain(String what, Exception failure) {
        long nowNs = System.nanoTime();
        long atNs = complainAtNs.get();
        if (nowNs - atNs >= 0 && complainAtNs.compareAndSet(atNs, nowNs + COMPLAIN_EVERY_NS)) {
            LOG.error(
                    "{}: {} ({} rejected, {} undelivered so far)",
                    what,
                    failure.getMessage(),
                    rejected(),
                    undelivered());
        }
    }
}
