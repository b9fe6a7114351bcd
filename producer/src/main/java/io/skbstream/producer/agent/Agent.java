package io.skbstream.producer.agent;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.Obstacle;
import io.skbstream.producer.capture.Attachment;
import io.skbstream.producer.capture.BatchQueue;
import io.skbstream.producer.capture.Capture;
import io.skbstream.producer.capture.KeptCounters;
import io.skbstream.producer.capture.NetifReceiveEncoder;
import io.skbstream.producer.capture.NetifReceiveProbe;
import io.skbstream.producer.duty.DutyThread;
import io.skbstream.producer.event.SkbPointer;
import io.skbstream.producer.event.WallClock;
import io.skbstream.producer.kernel.RunDelay;
import io.skbstream.producer.ledger.Ledger;
import io.skbstream.producer.publish.Deliveries;
import io.skbstream.producer.publish.Guards;
import io.skbstream.producer.publish.KafkaLink;
import io.skbstream.producer.publish.LedgerTopic;
import io.skbstream.producer.publish.LedgerTopic.Fate;
import io.skbstream.producer.publish.Publisher;
import io.skbstream.producer.publish.Replay;
import io.skbstream.producer.spool.Spool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One host's agent, from the kernel to Kafka. Capturing begins with {@link #start} and ends with {@link #stop}. Owns the
 * probe, the spool, the way into Kafka and six threads; used by one thread.
 */
public final class Agent {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /** Some 390,000 events: two seconds of a flood, for Kafka to catch its breath before the spool steps in. */
    private static final int BATCHES = 192;

    private static final int BATCHES_IN_FLIGHT = 160;
    private static final int SPARE_BATCHES = 16;
    private static final int EVENTS_PER_BATCH = 2048;
    private static final int BYTES_PER_BATCH = 256 * 1024;

    /** How long past the deadline the last ledger may take, if Kafka was there until then. */
    private static final long LAST_WORD_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long LONGEST_LAST_WORD_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long LOOK_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final long session;
    private final AgentSettings settings;
    private final Attachment attachment;
    private final NetifReceiveProbe probe;
    private final Optional<KeptCounters> kept;
    private final Spool spool;
    private final KafkaLink kafka;
    private final Guards guards;
    private final Capture capture;
    private final Replay replay;
    private final BatchQueue queue;
    private final Account account;
    private final LedgerTopic ledgers;
    private final Reporting reporting;
    private final DutyThread captureThread;
    private final DutyThread publishThread;
    private final DutyThread replayThread;
    private final DutyThread housekeepingThread;
    private final DutyThread reportingThread;
    private final DutyThread registryThread;
    private final Object reading = new Object();
    private volatile boolean ending;
    private AgentStatus lastStatus;
    private final List<String> notEnded = new ArrayList<>();

    private Agent(
            AgentSettings settings,
            long session,
            Spool spool,
            KafkaLink kafka,
            Attachment attachment,
            Optional<KeptCounters> kept,
            OwnPorts ownPorts,
            LongConsumer latencyNs) {
        this.settings = settings;
        this.session = session;
        this.spool = spool;
        this.kafka = kafka;
        this.attachment = attachment;
        this.probe = attachment.probe();
        this.kept = kept;
        this.guards = settings.guarded()
                ? Guards.on(BATCHES_IN_FLIGHT, settings.replayPerSecond())
                : Guards.off(BATCHES_IN_FLIGHT, settings.replayPerSecond());
        kafka.tellRecoveries(guards);
        var encoder = new NetifReceiveEncoder(
                settings.host(), session, probe.hook(), new WallClock(), new SkbPointer(settings.pointer()));
        this.queue = new BatchQueue(encoder, BATCHES, EVENTS_PER_BATCH, BYTES_PER_BATCH);
        Deliveries deliveries = new Deliveries();
        Publisher publisher = new Publisher(
                queue, kafka, spool, guards, deliveries, settings.host(), session, SPARE_BATCHES, latencyNs);
        this.capture = new Capture(probe.ring(), queue, () -> RunDelay.ofThreadNs(publisher.threadId()));
        this.replay = new Replay(spool, kafka, guards);
        this.ledgers = new LedgerTopic(kafka, settings.ledgerTopic());
        this.account = new Account(settings, session, probe, capture, publisher, deliveries, spool, kafka);
        this.reporting = new Reporting(settings, session, account, spool, kafka, guards, ledgers, ownPorts, probe);
        this.captureThread = new DutyThread("capture", capture);
        this.publishThread = new DutyThread("publish", publisher);
        this.replayThread = new DutyThread("replay", replay);
        this.housekeepingThread = new DutyThread("housekeeping", new Housekeeping(account, spool));
        this.reportingThread = new DutyThread("reporting", reporting);
        this.registryThread = new DutyThread("registry", kafka.schemaIds());
    }

    /**
     * Opens the spool, attaches the probe and starts the threads, which then look for Kafka and the registry: however these are, capturing
     * begins at the same time.
     *
     * @param metricsPort where the agent is read over HTTP, which is its own traffic
     * @param latencyNs told of each batch that arrived in Kafka how old its oldest event was then
     * @throws AgentException if the spool's folder or the kernel refuses, or a client setting is seen to be wrong
     */
    public static Agent start(AgentSettings settings, OptionalInt metricsPort, LongConsumer latencyNs)
            throws InterruptedException {
        long session = System.currentTimeMillis();
        try (var undo = new Undo()) {
            Spool spool = Spool.open(settings.spool(), settings.host(), session);
            undo.with(spool::close);
            KafkaLink kafka = new KafkaLink(settings.topic(), settings.host(), settings.schemaIds());
            undo.with(kafka::close);
            OwnPorts ownPorts = new OwnPorts(settings, metricsPort);
            Attachment attachment = Attachment.atFirstOf(settings.hooks(), ownPorts.inProbe());
            undo.with(attachment.probe()::close);
            KilledSessions.complete(spool, settings.spool().folder());
            Optional<KeptCounters> kept =
                    keep(attachment.probe(), settings.spool().folder(), session);
            kept.ifPresent(counters -> undo.with(() -> KilledSessions.forget(counters)));
            Agent agent = new Agent(settings, session, spool, kafka, attachment, kept, ownPorts, latencyNs);
            spool.note(agent.account.record(SessionState.RUNNING)); // from now on a kill is told by the next start
            undo.done();
            agent.publishThread.start();
            agent.captureThread.start();
            agent.replayThread.start();
            agent.housekeepingThread.start();
            agent.reportingThread.start();
            if (kafka.schemaIds().areWanted()) {
                agent.registryThread.start();
            }
            return agent;
        }
    }

    private static Optional<KeptCounters> keep(NetifReceiveProbe probe, Path spool, long session) {
        KeptCounters kept = KeptCounters.of(spool, session);
        Optional<Obstacle> obstacle = probe.keepCounters(kept);
        obstacle.ifPresent(reason -> LOG.warn("{}", reason));
        return obstacle.isPresent() ? Optional.empty() : Optional.of(kept);
    }

    public long session() {
        return session;
    }

    /** The hook in use, and how it was chosen. */
    public Attachment attachment() {
        return attachment;
    }

    /** Whether one of the threads broke, so that it is time to {@link #stop}. Any thread. */
    public boolean isBroken() {
        return failure().isPresent();
    }

    /** What broke one of the threads. Any thread. */
    public Optional<Throwable> failure() {
        return Stream.of(
                        captureThread, publishThread, replayThread, housekeepingThread, reportingThread, registryThread)
                .map(DutyThread::failure)
                .filter(Objects::nonNull)
                .findFirst();
    }

    /**
     * @throws AgentException if a setting turned out not to be valid
     * @throws IllegalStateException if one of the threads broke, be it at the end; a defect of the agent's own
     */
    public void check() {
        failure().ifPresent(failure -> {
            if (failure instanceof AgentException refused) {
                throw refused;
            }
            throw new IllegalStateException("the agent broke and had to end", failure);
        });
    }

    /** The account as of now; while events are moving, counts are read a moment apart and need not balance. Any thread. */
    public Ledger ledger() {
        return account.ledger();
    }

    /** All of it that can be measured, as of now; the last that there was once the agent has ended. Any thread. */
    public AgentStatus status() {
        synchronized (reading) {
            return lastStatus == null ? readStatus() : lastStatus;
        }
    }

    /** The way into Kafka. Any thread. */
    public KafkaLink kafka() {
        return kafka;
    }

    /**
     * Detaches, drains ring and queue, waits for Kafka's acknowledgements, and gives the spool what has none, all within
     * {@code timeout}.
     *
     * @return the final account
     */
    public FinalLedger stop(Duration timeout) throws InterruptedException {
        long startNs = System.nanoTime();
        long deadlineNs = startNs + timeout.toNanos();
        ending = true;
        probe.detach();
        reportingThread.requestStop(startNs);
        registryThread.requestStop(startNs);
        stop(replayThread, startNs + timeout.toNanos() / 4);
        stop(captureThread, startNs + timeout.toNanos() / 2);
        stop(publishThread, deadlineNs);
        stop(housekeepingThread, startNs);
        stop(reportingThread, startNs);
        stop(registryThread, startNs);
        AgentLedger record = account.record(SessionState.STOPPED);
        boolean isOnDisk = spool.note(record);
        tell(record, Math.min(deadlineNs + LAST_WORD_NS, System.nanoTime() + LONGEST_LAST_WORD_NS));
        FinalLedger last = new FinalLedger(record, longestBlock(), ledgers.fate(record), List.copyOf(notEnded));
        freezeStatus();
        spool.close();
        probe.close();
        if (isOnDisk) { // otherwise the next start takes this session for killed
            kept.ifPresent(KilledSessions::forget);
        }
        if (last.fate() == Fate.REFUSED) {
            kafka.complaints().tellNoted(); // at the very end, since it may look at brokers
        }
        return last;
    }

    /** One that does not end, as in a name server's silence, must not keep the others from their ends. */
    private void stop(DutyThread thread, long deadlineNs) throws InterruptedException {
        try {
            thread.stop(deadlineNs);
        } catch (IllegalStateException hangs) {
            LOG.warn("{}; the agent ends without it", hangs.getMessage());
            notEnded.add(thread.name());
        }
    }

    /** Without an answer the last word stays in the spool's account, and the next agent sends it. */
    private void tell(AgentLedger record, long deadlineNs) {
        if (!kafka.wasFound()) { // an answer to a ledger would come as a surprise
            kafka.close();
            return;
        }
        while (guards.isClosed()
                && !kafka.isAbsent()
                && kafka.schemaIds().areKnownForLedgers()
                && ledgers.fate(record) == Fate.WAITS
                && System.nanoTime() - deadlineNs < 0) {
            reporting.send(record); // a client that does not know the topic yet refuses, and asks
            LockSupport.parkNanos(LOOK_EVERY_NS);
        }
        if (guards.isClosed()) {
            kafka.close(deadlineNs); // the accounts of earlier sessions are on their way, too
        }
        kafka.close();
    }

    private AgentStatus readStatus() {
        AgentLedger record = account.record(SessionState.RUNNING);
        long unreadBytes = probe.ring().unreadBytes();
        int batchesInUse = BATCHES - queue.free();
        // Capture keeps a batch at hand, so one is no sign of events; what is the same before and after did not move.
        boolean settled = unreadBytes == 0
                && batchesInUse <= 1
                && record.getInFlight() == 0
                && account.ledger().equals(Ledger.of(record));
        return new AgentStatus(
                record,
                settled,
                unreadBytes,
                settings.probe().ringBytes(),
                batchesInUse,
                BATCHES,
                longestBlock(),
                spool.state(),
                replay.acked(),
                ledgers.refusals(),
                guards.breakerState(),
                kafka.acknowledgements().state(),
                kafka.schemaIds().state(),
                ending);
    }

    /** From now on nothing reads the probe and the spool but the thread that ends them. */
    private void freezeStatus() {
        synchronized (reading) {
            lastStatus = readStatus();
        }
    }

    private Duration longestBlock() {
        return Duration.ofNanos(capture.longestBlockNs());
    }
}
