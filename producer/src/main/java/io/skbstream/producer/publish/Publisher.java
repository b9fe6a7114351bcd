package io.skbstream.producer.publish;

import io.skbstream.producer.capture.BatchQueue;
import io.skbstream.producer.capture.EventBatch;
import io.skbstream.producer.duty.Duty;
import io.skbstream.producer.kernel.RunDelay;
import io.skbstream.producer.spool.Spool;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * The publish thread: batches of events → Kafka, one record a hit, key = host; or → spool, while the {@link Guards} say so.
 * What Kafka does not take follows into the spool. It waits for neither: the batches that it holds are bounded, and the
 * spool takes a batch as soon as capture would run out of them.
 */
public final class Publisher implements Duty {

    private static final long POLL_TIMEOUT_MS = 10;
    private static final long ROOM_TIMEOUT_MS = 1;

    /** How long events wait in memory for the first contact with Kafka, where a SIGKILL would lose them. */
    private static final long FIRST_CONTACT_NS = TimeUnit.SECONDS.toNanos(5);

    /** Time kept back from the end for writing what Kafka has not taken to the spool. */
    private static final long SPOOLING_NS = TimeUnit.SECONDS.toNanos(5);

    private final BatchQueue queue;
    private final KafkaLink kafka;
    private final Spool spool;
    private final Guards guards;
    private final Deliveries deliveries;
    private final LongConsumer latencyNs;
    private final int spareBatches;
    private final byte[] key;
    private final AckedLogs.OfSession logs;
    private final BlockingQueue<Flight> landed = new LinkedBlockingQueue<>();
    private final Map<Flight, EventBatch> onTheirWay = new HashMap<>();
    private final Deque<Flight> idle = new ArrayDeque<>();
    private volatile long threadId;
    private volatile long abandoned;
    private EventBatch batch;

    /**
     * @param spareBatches the spool steps in when capture has no more batches than these
     * @param latencyNs told of each batch that arrived how old its oldest event was then
     */
    public Publisher(
            BatchQueue queue,
            KafkaLink kafka,
            Spool spool,
            Guards guards,
            Deliveries deliveries,
            String host,
            long session,
            int spareBatches,
            LongConsumer latencyNs) {
        this.queue = queue;
        this.kafka = kafka;
        this.spool = spool;
        this.guards = guards;
        this.deliveries = deliveries;
        this.key = host.getBytes(StandardCharsets.UTF_8);
        this.logs = kafka.logs().of(host, session);
        this.spareBatches = spareBatches;
        this.latencyNs = latencyNs;
    }

    /** Events of which nothing was known when the agent had to end. Any thread. */
    public long abandoned() {
        return abandoned;
    }

    /** The kernel's number of this thread; 0 before it began. Any thread. */
    public long threadId() {
        return threadId;
    }

    @Override
    public int doWork() {
        if (threadId == 0) {
            threadId = RunDelay.currentThreadId();
        }
        try {
            int done = land();
            if (batch == null && (batch = queue.poll(done > 0 ? 0 : POLL_TIMEOUT_MS)) == null) {
                return done;
            }
            return done + route();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    @Override
    public boolean isDrained() {
        return batch == null && queue.isEmpty();
    }

    /** Waits for the acknowledgements, and gives the spool what has none by then. */
    @Override
    public void close(long deadlineNs) {
        spoolTheRest();
        long waitUntilNs = Math.max(deadlineNs - SPOOLING_NS, System.nanoTime() + (deadlineNs - System.nanoTime()) / 2);
        try {
            while (!onTheirWay.isEmpty() && System.nanoTime() - waitUntilNs < 0 && guards.isClosed()) {
                landOne(landed.poll(POLL_TIMEOUT_MS, TimeUnit.MILLISECONDS));
            }
            if (!onTheirWay.isEmpty()) {
                kafka.abort(); // the rest comes back now
            }
            while (!onTheirWay.isEmpty() && System.nanoTime() - deadlineNs < 0) {
                landOne(landed.poll(POLL_TIMEOUT_MS, TimeUnit.MILLISECONDS));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        land();
        giveUp();
    }

    /** What came back too late has no known way. */
    private void giveUp() {
        for (EventBatch lost : onTheirWay.values()) {
            abandoned += lost.size();
            deliveries.givenUp(lost.size());
        }
        onTheirWay.clear();
    }

    private void spoolTheRest() {
        if (batch != null || !queue.isEmpty()) {
            kafka.tellNoContact();
        }
        for (EventBatch next = batch == null ? queue.poll() : batch; next != null; next = queue.poll()) {
            toSpool(next);
        }
        batch = null;
    }

    /** Sends the batch, or gives it to the spool, or leaves it for the next step, when an arrival may have made room. */
    private int route() throws InterruptedException {
        if (kafka.isExpected()) {
            if (queue.free() > spareBatches && System.nanoTime() - batch.oldestNs() < FIRST_CONTACT_NS) {
                TimeUnit.MILLISECONDS.sleep(ROOM_TIMEOUT_MS);
                return 0;
            }
            kafka.tellNoContact();
            return toSpool(take());
        }
        if (!kafka.schemaIds().areKnown() || !guards.mayProbeOrSend()) {
            return toSpool(take());
        }
        if (!guards.hasRoom()) {
            guards.notSent();
            if (queue.free() > spareBatches) {
                landOne(landed.poll(ROOM_TIMEOUT_MS, TimeUnit.MILLISECONDS));
                return 0;
            }
            return toSpool(take());
        }
        EventBatch toSend = take();
        Flight flight = idle.isEmpty() ? new Flight(logs, landed) : idle.pop();
        onTheirWay.put(flight, toSend);
        deliveries.sent(toSend.size());
        kafka.send(flight, key, toSend, null);
        return toSend.size();
    }

    private EventBatch take() {
        EventBatch taken = batch;
        batch = null;
        return taken;
    }

    private int toSpool(EventBatch events) {
        int size = events.size();
        spool.append(events, null);
        queue.recycle(events);
        return size;
    }

    private int land() {
        int done = 0;
        for (Flight flight = landed.poll(); flight != null; flight = landed.poll()) {
            done += landOne(flight);
        }
        return done;
    }

    private int landOne(Flight flight) {
        if (flight == null) {
            return 0;
        }
        EventBatch events = onTheirWay.remove(flight);
        kafka.heed(flight, guards);
        flight.rejected().forEach((reason, which) -> spool.keepRejected(events, which, reason));
        if (flight.failure() != null) {
            spool.append(events, flight.undelivered());
        } else {
            latencyNs.accept(System.nanoTime() - events.oldestNs());
        }
        deliveries.landed(flight);
        guards.arrived();
        queue.recycle(events);
        idle.push(flight);
        return flight.sent();
    }
}
