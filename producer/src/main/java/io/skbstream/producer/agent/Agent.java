package io.skbstream.producer.agent;

import io.skbstream.producer.AgentException;
import io.skbstream.producer.capture.Attachment;
import io.skbstream.producer.capture.BatchQueue;
import io.skbstream.producer.capture.Capture;
import io.skbstream.producer.capture.KernelCounts;
import io.skbstream.producer.capture.NetifReceiveEncoder;
import io.skbstream.producer.capture.NetifReceiveProbe;
import io.skbstream.producer.duty.DutyThread;
import io.skbstream.producer.event.SkbPointer;
import io.skbstream.producer.event.WallClock;
import io.skbstream.producer.ledger.Entry;
import io.skbstream.producer.ledger.Ledger;
import io.skbstream.producer.publish.Deliveries;
import io.skbstream.producer.publish.Publisher;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One host's agent, from the kernel to Kafka. Capturing begins with {@link #start} and ends with {@link #stop}. Owns the
 * probe and both threads; used by one thread.
 */
public final class Agent {

    private static final int BATCHES = 64;
    private static final int EVENTS_PER_BATCH = 1024;

    private final long session = System.currentTimeMillis();
    private final AgentSettings settings;
    private final Attachment attachment;
    private final NetifReceiveProbe probe;
    private final Capture capture;
    private final Publisher publisher;
    private final DutyThread captureThread;
    private final DutyThread publishThread;

    private Agent(AgentSettings settings) {
        this.settings = settings;
        WallClock clock = new WallClock();
        this.attachment = Attachment.atFirstOf(settings.hooks(), settings.probe());
        this.probe = attachment.probe();
        var encoder = new NetifReceiveEncoder(
                settings.host(), session, probe.hook(), clock, new SkbPointer(settings.pointer()));
        BatchQueue queue = new BatchQueue(encoder, BATCHES, EVENTS_PER_BATCH);
        this.capture = new Capture(probe.ring(), queue, EVENTS_PER_BATCH);
        this.captureThread = new DutyThread("capture", capture);
        try {
            this.publisher = new Publisher(queue, settings.kafka(), settings.topic(), settings.host());
        } catch (RuntimeException refused) {
            probe.close();
            throw refused;
        }
        this.publishThread = new DutyThread("publish", publisher);
    }

    /**
     * Attaches the probe and starts both threads.
     *
     * @throws AgentException if the kernel or Kafka's client refuses
     */
    public static Agent start(AgentSettings settings) {
        Agent agent = new Agent(settings);
        agent.publishThread.start();
        agent.captureThread.start();
        return agent;
    }

    public long session() {
        return session;
    }

    /** The hook in use, and how it was chosen. */
    public Attachment attachment() {
        return attachment;
    }

    /** Whether one of the threads broke, so that it is time to {@link #stop}. */
    public boolean isBroken() {
        return failure().isPresent();
    }

    /** @throws IllegalStateException if one of the threads broke, be it at the end; a defect of the agent's own */
    public void check() {
        failure().ifPresent(failure -> {
            throw new IllegalStateException("the agent broke and had to end", failure);
        });
    }

    /** The account as of now; while events are moving, counts are read a moment apart and need not balance. */
    public Ledger ledger() {
        Deliveries deliveries = publisher.deliveries();
        KernelCounts kernel = probe.counts();
        Map<Entry, Long> counts = new EnumMap<>(Entry.class);
        counts.put(Entry.HITS, kernel.hits());
        counts.put(Entry.FILTERED, kernel.filtered());
        counts.put(Entry.SAMPLED_OUT, kernel.sampledOut());
        counts.put(Entry.RING_FULL, kernel.ringFull());
        counts.put(Entry.CAPTURED, capture.captured());
        counts.put(Entry.ACKED, deliveries.acked());
        counts.put(Entry.REJECTED, deliveries.rejected());
        counts.put(Entry.UNDELIVERED, deliveries.undelivered() + publisher.abandoned() + capture.abandoned());
        counts.put(Entry.IN_FLIGHT, deliveries.inFlight());
        return new Ledger(counts);
    }

    /**
     * Detaches, drains ring and queue, waits for Kafka's acknowledgements, all within {@code timeout}; what is left then is
     * undelivered.
     *
     * @return the final account
     */
    public FinalLedger stop(Duration timeout) throws InterruptedException {
        long deadlineNs = System.nanoTime() + timeout.toNanos();
        probe.detach();
        captureThread.stop(deadlineNs);
        publishThread.stop(deadlineNs);
        FinalLedger last = new FinalLedger(
                settings.host(),
                session,
                probe.hook(),
                ledger(),
                publisher.deliveries().rejectedBy(),
                probe.recursionMisses(),
                probe.kprobeMisses(),
                probe.counts().unattributed(),
                probe.devices());
        probe.close();
        return last;
    }

    private Optional<Throwable> failure() {
        return Stream.of(captureThread, publishThread)
                .map(DutyThread::failure)
                .filter(Objects::nonNull)
                .findFirst();
    }
}
