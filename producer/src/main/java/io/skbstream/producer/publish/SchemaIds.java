package io.skbstream.producer.publish;

import io.github.resilience4j.core.IntervalFunction;
import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.NetifReceive;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.duty.Duty;
import io.skbstream.producer.event.EncodedEvents;
import io.skbstream.producer.spool.SchemaIdFile;
import io.skbstream.schemas.ConfluentFormat;
import io.skbstream.schemas.SingleObject;
import io.skbstream.schemas.Subject;
import io.skbstream.schemas.registry.RegistryAwayException;
import io.skbstream.schemas.registry.RegistryRefusalException;
import io.skbstream.schemas.registry.RegistrySettings;
import io.skbstream.schemas.registry.SchemaRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids that a schema registry gives the schemas of events and ledgers, and the registry thread that sees to them: it registers, keeps
 * the ids on disk, and asks again every minute, for a registry may be made anew. While there are none, nothing goes to Kafka, and
 * events wait in the spool. Without a registry there is nothing to know, and no thread is needed. Ids are for any thread.
 */
public final class SchemaIds implements Duty {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaIds.class);

    private static final long STEP_NS = Duration.ofMillis(100).toNanos();
    private static final long CHECK_EVERY_NS = Duration.ofMinutes(1).toNanos();
    private static final long COMPLAIN_EVERY_NS = Duration.ofMinutes(1).toNanos();
    private static final IntervalFunction PAUSES_MS =
            IntervalFunction.ofExponentialRandomBackoff(Duration.ofSeconds(1), 2, Duration.ofSeconds(10));

    /** How it stands with the registry. */
    public enum State {
        /** Records name their schema by its fingerprint. */
        WITHOUT,
        /** It answered when it was asked last. */
        OK,
        /** It does not answer, or refuses; the ids that it gave before are in use. */
        CACHED,
        /** It does not answer, or refuses, and there is no id for ledgers: events go on, and nothing in Kafka accounts for them. */
        LEDGERS_MISSING,
        /** It does not answer, or refuses, and there is no id for events: they wait in the spool. */
        MISSING
    }

    private final KafkaSettings settings;
    private final Subject events;
    private final Subject ledgers;
    private final Path folder;
    private final Set<Subject> isProtected = new HashSet<>();
    private volatile Map<Long, Integer> ids = Map.of();
    private volatile State state = State.WITHOUT;
    private volatile String failure = "";
    private volatile boolean asked;
    private volatile boolean ledgersRefused;
    private SchemaRegistry registry; // null after a failure: the next one reads the files again
    private int failures;
    private long askAtNs;
    private long complainAtNs = System.nanoTime();

    private SchemaIds(KafkaSettings settings, Subject events, Subject ledgers, Path folder) {
        this.settings = settings;
        this.events = events;
        this.ledgers = ledgers;
        this.folder = folder;
    }

    /**
     * Asks nobody yet, but takes what is on disk.
     *
     * @param topic of the events; its settings name the registry, if there is one, and are read again after each failure
     * @param folder the spool's
     * @throws io.skbstream.producer.AgentException if the registry's settings cannot be used
     */
    public static SchemaIds of(TopicSetup topic, String ledgerTopic, Path folder) {
        SchemaIds made = new SchemaIds(
                topic.kafka(),
                Subject.ofValues(topic.topic(), NetifReceive.class),
                Subject.ofValues(ledgerTopic, AgentLedger.class),
                folder);
        topic.kafka().registry().map(SchemaRegistry::new).ifPresent(made::begin);
        return made;
    }

    private void begin(SchemaRegistry named) {
        registry = named;
        ids = file(named).read(wanted());
        state = State.MISSING; // from here on they are wanted
        state = withoutAnswer();
    }

    private SchemaIdFile file(SchemaRegistry named) {
        return new SchemaIdFile(folder, named.toString());
    }

    /** Whether there is a registry at all. */
    public boolean areWanted() {
        return state != State.WITHOUT;
    }

    public State state() {
        return state;
    }

    /** Whether it is known if the registry answers. */
    boolean wereAsked() {
        return asked || !areWanted();
    }

    /** Whether events can be sent. */
    public boolean areKnown() {
        return !areWanted() || ids.keySet().containsAll(events.fingerprints());
    }

    /** Whether ledgers can be sent. */
    public boolean areKnownForLedgers() {
        return !areWanted() || ids.keySet().containsAll(ledgers.fingerprints());
    }

    /** Whether the registry refuses the schema of ledgers alone, while events go on. */
    boolean areLedgersRefused() {
        return ledgersRefused && state == State.LEDGERS_MISSING;
    }

    /** Why the registry did not do its part when it was asked last; empty if it did. */
    public String failure() {
        return failure;
    }

    /** The same events as they go to Kafka; {@link #areKnown} must have said so. */
    EncodedEvents headed(EncodedEvents events) {
        return !areWanted() || events.size() == 0
                ? events
                : new HeadedEvents(events, header(SingleObject.fingerprint(events.bytes(), events.start(0))));
    }

    /** A ledger as it goes to Kafka; {@link #areKnownForLedgers} must have said so. */
    byte[] headed(byte[] record) {
        return !areWanted()
                ? record
                : ConfluentFormat.reheaded(header(SingleObject.fingerprint(record, 0)), record, 0, record.length);
    }

    private byte[] header(long fingerprint) {
        return ConfluentFormat.header(ids.get(fingerprint));
    }

    @Override
    public int doWork() {
        if (System.nanoTime() - askAtNs < 0) {
            LockSupport.parkNanos(STEP_NS);
            return 0;
        }
        ask();
        return 1;
    }

    /** Asks the registry once, which takes some seconds if it does not answer. Before the thread begins, or by it. */
    public void ask() {
        if (!areWanted()) {
            return;
        }
        try {
            registry = registry == null ? named() : registry;
            Optional<String> obstacle = register(registry);
            if (obstacle.isPresent()) {
                noteFailure(obstacle.get());
                return;
            }
            if (state != State.OK) {
                LOG.info("schema registry {} knows the schemas: {}, {}", registry, events.name(), ledgers.name());
            }
            state = State.OK;
            failure = "";
            failures = 0;
            complainAtNs = System.nanoTime();
            askAtNs = System.nanoTime() + CHECK_EVERY_NS;
        } catch (AgentException failed) {
            noteFailure(failed.getMessage());
        } finally {
            asked = true;
        }
    }

    private void noteFailure(String why) {
        registry = null;
        failures++;
        askAtNs =
                System.nanoTime() + Duration.ofMillis(PAUSES_MS.apply(failures)).toNanos();
        state = withoutAnswer();
        failure = why;
        complain();
    }

    private State withoutAnswer() {
        if (!areKnown()) {
            return State.MISSING;
        }
        return areKnownForLedgers() ? State.CACHED : State.LEDGERS_MISSING;
    }

    private SchemaRegistry named() {
        return settings.registry()
                .map(SchemaRegistry::new)
                .orElseThrow(() -> new AgentException(RegistrySettings.URL_CONFIG
                        + " is gone from the settings; put it back, or start the agent anew"));
    }

    /** Takes the ids that the registry gives, of one subject even if it gives none for the other. Returns the first obstacle. */
    private Optional<String> register(SchemaRegistry asked) {
        Map<Long, Integer> answers = new TreeMap<>(ids);
        List<String> obstacles = new ArrayList<>(); // a password that is refused is so for both
        ledgersRefused = false;
        for (Subject subject : List.of(events, ledgers)) {
            try {
                Optional<String> doubt = isProtected.contains(subject) ? Optional.empty() : subject.protect(asked);
                answers.putAll(subject.register(asked));
                isProtected.add(subject);
                doubt.ifPresent(LOG::warn);
            } catch (RegistryRefusalException refused) {
                obstacles.add(refused.getMessage());
                ledgersRefused = subject == ledgers;
            } catch (RegistryAwayException away) { // the next question would take as long
                obstacles.add(away.getMessage());
                break;
            }
        }
        take(answers, obstacles.isEmpty());
        return obstacles.stream().findFirst();
    }

    private void take(Map<Long, Integer> answers, boolean isComplete) {
        Map<Long, Integer> before = ids;
        if (!answers.entrySet().containsAll(before.entrySet())) {
            LOG.warn(
                    "schema registry {} gives other ids than before, {} instead of {}: records that were written with those"
                            + " cannot be read by its help any more; was it made anew?",
                    registry,
                    answers.values(),
                    before.values());
        }
        ids = Map.copyOf(answers);
        boolean isBack = isComplete && state != State.OK;
        if (!ids.equals(before) || isBack) { // its addresses are in the file, too, and may be others than before
            file(registry).write(ids, wanted());
        }
    }

    /** A line a minute. */
    private void complain() {
        if (System.nanoTime() - complainAtNs >= 0) {
            complainAtNs = System.nanoTime() + COMPLAIN_EVERY_NS;
            LOG.warn(
                    "{}; {}",
                    failure,
                    switch (state) {
                        case MISSING -> "events wait in the spool until it gives an id";
                        case LEDGERS_MISSING ->
                            "events go on with theirs, but no ledger can be sent until it gives an id, and nothing else accounts"
                                    + " for them";
                        default -> "the ids that it gave before are used meanwhile";
                    });
        }
    }

    /** The subjects by the fingerprints of their schemas. */
    private Map<Long, String> wanted() {
        Map<Long, String> wanted = new TreeMap<>();
        for (Subject subject : List.of(events, ledgers)) {
            subject.fingerprints().forEach(one -> wanted.put(one, subject.name()));
        }
        return wanted;
    }

    @Override
    public boolean isDrained() {
        return true;
    }

    @Override
    public void close(long deadlineNs) {
        // Nothing is open.
    }
}
