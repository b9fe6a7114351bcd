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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
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
        /** Likewise, and there are none: events wait in the spool. */
        MISSING
    }

    private final KafkaSettings settings;
    private final List<Subject> subjects;
    private final Path folder;
    private final Set<Subject> isProtected = new HashSet<>();
    private volatile Map<Long, Integer> ids = Map.of();
    private volatile State state = State.WITHOUT;
    private volatile String failure = "";
    private volatile boolean asked;
    private SchemaRegistry registry; // null after a failure: the next one reads the files again
    private int failures;
    private long askAtNs;
    private long complainAtNs = System.nanoTime();

    private SchemaIds(KafkaSettings settings, List<Subject> subjects, Path folder) {
        this.settings = settings;
        this.subjects = subjects;
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
                List.of(
                        Subject.ofValues(topic.topic(), NetifReceive.class),
                        Subject.ofValues(ledgerTopic, AgentLedger.class)),
                folder);
        topic.kafka().registry().map(SchemaRegistry::new).ifPresent(made::begin);
        return made;
    }

    private void begin(SchemaRegistry named) {
        registry = named;
        ids = file(named).read(wanted()).orElse(Map.of());
        state = ids.isEmpty() ? State.MISSING : State.CACHED;
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

    /** Whether anything can be sent. */
    public boolean areKnown() {
        return !areWanted() || !ids.isEmpty();
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

    /** A single object as it goes to Kafka; {@link #areKnown} must have said so. */
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
            take(registered(registry));
            failures = 0;
            askAtNs = System.nanoTime() + CHECK_EVERY_NS;
        } catch (RegistryAwayException | RegistryRefusalException | AgentException failed) {
            registry = null;
            failures++;
            askAtNs = System.nanoTime()
                    + Duration.ofMillis(PAUSES_MS.apply(failures)).toNanos();
            state = areKnown() ? State.CACHED : State.MISSING;
            failure = failed.getMessage();
            complain();
        } finally {
            asked = true;
        }
    }

    private SchemaRegistry named() {
        return settings.registry()
                .map(SchemaRegistry::new)
                .orElseThrow(() -> new AgentException(RegistrySettings.URL_CONFIG
                        + " is gone from the settings; put it back, or start the agent anew"));
    }

    private Map<Long, Integer> registered(SchemaRegistry asked) {
        Map<Long, Integer> answers = new TreeMap<>();
        for (Subject subject : subjects) {
            Optional<String> doubt = isProtected.contains(subject) ? Optional.empty() : subject.protect(asked);
            answers.putAll(subject.register(asked));
            isProtected.add(subject);
            doubt.ifPresent(LOG::warn);
        }
        return Map.copyOf(answers);
    }

    private void take(Map<Long, Integer> answers) {
        Map<Long, Integer> before = ids;
        boolean changed = !answers.equals(before);
        boolean isBack = state != State.OK;
        if (changed && !before.isEmpty()) {
            LOG.warn(
                    "schema registry {} gives other ids than before, {} instead of {}: records that were written with those"
                            + " cannot be read by its help any more; was it made anew?",
                    registry,
                    answers.values(),
                    before.values());
        } else if (isBack) {
            LOG.info("schema registry {} knows the schemas: {}", registry, names());
        }
        ids = answers;
        state = State.OK;
        failure = "";
        complainAtNs = System.nanoTime();
        if (changed || isBack) { // its addresses are in the file, too, and may be others than before
            file(registry).write(answers, wanted());
        }
    }

    /** A line a minute. */
    private void complain() {
        if (System.nanoTime() - complainAtNs >= 0) {
            complainAtNs = System.nanoTime() + COMPLAIN_EVERY_NS;
            LOG.warn(
                    "{}; {}",
                    failure,
                    areKnown()
                            ? "the ids that it gave before are used meanwhile"
                            : "events go to the spool until it gives an id");
        }
    }

    private Map<Long, String> wanted() {
        Map<Long, String> wanted = new TreeMap<>();
        subjects.forEach(subject -> subject.fingerprints().forEach(one -> wanted.put(one, subject.name())));
        return wanted;
    }

    private String names() {
        return subjects.stream().map(Subject::name).collect(Collectors.joining(", "));
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
