package io.skbstream.producer.publish;

import io.github.resilience4j.core.IntervalFunction;
import io.skbstream.producer.duty.Duty;
import io.skbstream.producer.spool.Spool;
import io.skbstream.producer.spool.SpooledBlock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The replay thread: spool → Kafka, oldest block first, a few blocks at a time, while live events go on. A block leaves the
 * spool once Kafka has decided on each of its events; what Kafka does not take is tried again, after pauses that grow.
 */
public final class Replay implements Duty {

    private static final int WINDOW_EVENTS = 16_384;
    private static final int WINDOW_BLOCKS = 256; // of a quiet host, whose batches are small
    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long POLL_TIMEOUT_MS = 20;
    private static final long LAST_WAIT_NS = TimeUnit.SECONDS.toNanos(2);
    private static final IntervalFunction PAUSES_MS =
            IntervalFunction.ofExponentialBackoff(Duration.ofMillis(250), 2, Duration.ofSeconds(10));

    /** One block, and what became of its events. */
    private final class Parcel {
        private final SpooledBlock block;
        private final Flight flight;
        private final Map<String, Long> rejectedBy = new TreeMap<>();
        private BitSet waiting = new BitSet();
        private long acked;
        private boolean onItsWay;

        private Parcel(SpooledBlock block) {
            this.block = block;
            this.flight = new Flight(kafka.logs().of(block.host(), block.session()), landed);
            waiting.set(0, block.size());
        }

        private boolean isDone() {
            return waiting.isEmpty() && !onItsWay;
        }
    }

    private final Spool spool;
    private final KafkaLink kafka;
    private final Guards guards;
    private final BlockingQueue<Flight> landed = new LinkedBlockingQueue<>();
    private final Deque<Parcel> window = new ArrayDeque<>();
    private volatile long acked;
    private int onTheirWay;
    private int failures;
    private boolean failed;
    private long notBeforeNs = System.nanoTime();

    public Replay(Spool spool, KafkaLink kafka, Guards guards) {
        this.spool = spool;
        this.kafka = kafka;
        this.guards = guards;
    }

    /** Events that Kafka has acknowledged out of the spool, of whatever session. Any thread. */
    public long acked() {
        return acked;
    }

    @Override
    public int doWork() {
        try {
            if (onTheirWay > 0) {
                return land(landed.poll(POLL_TIMEOUT_MS, TimeUnit.MILLISECONDS));
            }
            settle();
            if (kafka.isExpected() || !kafka.schemaIds().areKnown()) {
                LockSupport.parkNanos(IDLE_NS);
                return 0;
            }
            fill();
            long pauseNs = notBeforeNs - System.nanoTime();
            if (window.isEmpty() || pauseNs > 0 || !guards.isEasy()) {
                LockSupport.parkNanos(pauseNs > 0 ? Math.min(IDLE_NS, pauseNs) : IDLE_NS);
                return 0;
            }
            return sendAll();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** What is in the spool may stay there. */
    @Override
    public boolean isDrained() {
        return true;
    }

    /** Waits a moment for what is on its way, since it would have to be sent again, as duplicates, by the next agent. */
    @Override
    public void close(long deadlineNs) {
        long startNs = System.nanoTime();
        long untilNs = Math.min(deadlineNs - startNs, LAST_WAIT_NS) + startNs;
        try {
            while (onTheirWay > 0 && guards.isClosed() && System.nanoTime() - untilNs < 0) {
                land(landed.poll(POLL_TIMEOUT_MS, TimeUnit.MILLISECONDS));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        settle();
    }

    private void settle() {
        while (!window.isEmpty() && window.peek().isDone()) {
            Parcel parcel = window.poll();
            SpooledBlock block = parcel.block;
            spool.noteLogs(block.host(), block.session(), kafka.acknowledgedLogs(block.host(), block.session()));
            spool.settle(block, parcel.acked, parcel.rejectedBy);
        }
    }

    private void fill() {
        int events = window.stream().mapToInt(parcel -> parcel.block.size()).sum();
        while (window.size() < WINDOW_BLOCKS && events < WINDOW_EVENTS) {
            SpooledBlock block = spool.next();
            if (block == null) {
                return;
            }
            window.add(new Parcel(block));
            events += block.size();
            notBeforeNs = Math.max(notBeforeNs, System.nanoTime() + guards.replayPauseNs(block.size()));
        }
    }

    private int sendAll() {
        if (!guards.mayProbeOrSend()) {
            LockSupport.parkNanos(IDLE_NS);
            return 0;
        }
        failed = false;
        int sent = 0;
        for (Parcel parcel : window) {
            if (!parcel.waiting.isEmpty() && (sent == 0 || guards.isClosed() && guards.mayProbeOrSend())) {
                sent += send(parcel);
            }
        }
        return sent;
    }

    private int send(Parcel parcel) {
        SpooledBlock block = parcel.block;
        parcel.onItsWay = true;
        onTheirWay++;
        byte[] key = block.host().getBytes(StandardCharsets.UTF_8);
        kafka.send(parcel.flight, key, block, parcel.waiting);
        return parcel.flight.sent();
    }

    private int land(Flight flight) {
        if (flight == null) {
            return 0;
        }
        Parcel parcel =
                window.stream().filter(one -> one.flight == flight).findFirst().orElseThrow();
        parcel.onItsWay = false;
        onTheirWay--;
        parcel.acked += flight.acked();
        parcel.waiting = flight.undelivered();
        acked += flight.acked();
        kafka.heed(flight, guards);
        flight.rejected().forEach((reason, which) -> {
            spool.keepRejected(parcel.block, which, reason);
            parcel.rejectedBy.merge(reason, (long) which.cardinality(), Long::sum);
        });
        failed |= flight.failure() != null;
        if (onTheirWay == 0) {
            failures = failed ? failures + 1 : 0;
            if (failed) {
                notBeforeNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSES_MS.apply(failures));
            }
        }
        return flight.sent();
    }
}
