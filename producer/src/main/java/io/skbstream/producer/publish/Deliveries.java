package io.skbstream.producer.publish;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What became of the events that were given to Kafka's client straight from the kernel, counted when Kafka has decided. Those
 * that it did not take, but may take another time, are the spool's from then on. Any thread.
 */
public final class Deliveries {

    private final LongAdder sent = new LongAdder();
    private final LongAdder landed = new LongAdder();
    private final LongAdder acked = new LongAdder();
    private final Map<String, LongAdder> rejected = new ConcurrentHashMap<>();

    /** Events are about to be given to Kafka's client. */
    void sent(int events) {
        sent.add(events);
    }

    /** Kafka has decided on them. */
    void landed(Flight flight) {
        acked.add(flight.acked());
        rejected(flight);
        landed.add(flight.sent());
    }

    /** Nothing more will be heard of them. */
    void givenUp(int events) {
        landed.add(events);
    }

    private void rejected(Flight flight) {
        flight.rejected().forEach((reason, which) -> rejected.computeIfAbsent(reason, first -> new LongAdder())
                .add(which.cardinality()));
    }

    /** Events that Kafka acknowledged. */
    public long acked() {
        return acked.sum();
    }

    /** Events that Kafka refused for good, by reason: the simple name of its exception. */
    public Map<String, Long> rejectedBy() {
        Map<String, Long> reasons = new TreeMap<>();
        rejected.forEach((reason, count) -> reasons.put(reason, count.sum()));
        return reasons;
    }

    /** Events that Kafka's client has and has not decided on. Exact when nothing is being sent. */
    public long inFlight() {
        return sent.sum() - landed.sum();
    }
}
