package io.skbstream.producer.publish;

import io.skbstream.producer.AgentException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes wrong with Kafka, told once a minute for each cause. Any thread, where nothing else is said. */
public final class Complaints {

    private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);
    private static final long EVERY_NS = Duration.ofMinutes(1).toNanos();
    private static final int MOST_CAUSES = 100;
    private static final String LEDGERS =
            "events do not wait for it, but nothing accounts for them until a ledger is taken";

    private final KafkaSettings kafka;
    private final String topic;
    private final Map<String, AtomicLong> dueNs = new ConcurrentHashMap<>();
    private final AtomicReference<Note> noted = new AtomicReference<>();

    /** Brokers answer, and it is told that the topic of events is not for this client. */
    private volatile boolean topicRefused;

    /** When Kafka last began to take events again. Guarded by this, as is what is logged of events that it does not take. */
    private long recoveredNs = System.nanoTime();

    /** What Kafka did not take, why, and when that was. */
    private record Note(String topic, Exception failure, ClientIdentity client, long atNs) {
        String symptom() {
            return topic + failure.getClass() + System.identityHashCode(client);
        }
    }

    /** @param topic where events go */
    Complaints(KafkaSettings kafka, String topic) {
        this.kafka = kafka;
        this.topic = topic;
    }

    /** Says that Kafka has refused records of a topic for good. */
    void refused(String where, Exception refusal) {
        boolean areEvents = where.equals(topic);
        if (isDue(where + refusal.getClass())) {
            LOG.warn(
                    "Kafka {} (topic {}): {}: {}; {}",
                    areEvents ? "refuses events for good" : "refuses ledgers for good",
                    where,
                    refusal.getClass().getSimpleName(),
                    remedy(refusal),
                    areEvents ? "they are counted and kept in rejected/" : LEDGERS);
        }
    }

    private static String remedy(Exception refusal) {
        String words = String.valueOf(refusal.getMessage());
        Optional<RefusedTimestamp> timestamp = RefusedTimestamp.in(words);
        if (timestamp.isPresent()) {
            return timestamp.get().explained(System.currentTimeMillis());
        }
        if (refusal instanceof InvalidTimestampException) { // a broker before 2.4, which says no more
            return "the timestamp is further from the broker's clock than the topic takes; compare this host's clock with"
                    + " the broker's, or raise the topic's message.timestamp.difference.max.ms";
        }
        if (refusal instanceof RecordTooLargeException && !words.contains(ProducerConfig.MAX_REQUEST_SIZE_CONFIG)) {
            return words.replaceFirst("\\.$", "") + "; raise the topic's max.message.bytes";
        }
        return words;
    }

    /** Kafka has not taken records of a topic: for {@link #tellNoted}, since to find out why may take a while. */
    void note(String where, Exception failure, ClientIdentity client) {
        noted.accumulateAndGet(
                new Note(where, failure, client, System.nanoTime()),
                (before, now) ->
                        before != null && failure instanceof TimeoutException ? before : now); // it tells least
    }

    /** Tells what was noted last, or what says more than that. For a thread that may wait. */
    public void tellNoted() {
        Note note = noted.getAndSet(null);
        if (note == null
                || isToldOfTopic(note)
                || !isDue(note.symptom())) { // to look for the cause may take connections
            return;
        }
        FailureKind kind = FailureKind.of(note.failure());
        Optional<String> known =
                new Explanation(kafka.bootstrapServers(), note.topic(), note.client()).of(note.failure());
        synchronized (this) { // to explain it took a while
            if (isOver(note.topic(), note.atNs()) || !isDue(known.orElse(kind.name()))) {
                return;
            }
            LOG.warn(
                    "Kafka {} (topic {}): {}; {}",
                    kind.meaning(),
                    note.topic(),
                    known.orElseGet(() -> plainly(note)),
                    note.topic().equals(topic) ? "they wait in the spool meanwhile" : LEDGERS);
        }
    }

    /** Says that Kafka has not answered since the start, unless it was said that something is wrong. */
    void noContact() {
        if (dueNs.isEmpty() && isDue("contact")) {
            LOG.warn("Kafka at {} has not answered yet; events go to the spool meanwhile", kafka.bootstrapServers());
        }
    }

    /** Says that the topic of events is compacted, so that Kafka deletes events by design. */
    public void topicIsCompacted() {
        if (isDue("compact")) {
            LOG.warn(
                    "topic {} is compacted (cleanup.policy=compact), so Kafka keeps only the last event of each host and deletes the"
                            + " others; let someone who may run: kafka-configs.sh --bootstrap-server {} --alter --entity-type topics"
                            + " --entity-name {} --add-config cleanup.policy=delete",
                    topic,
                    kafka.bootstrapServers(),
                    topic);
        }
    }

    /** Says that another agent uses the same host name. */
    public void otherAgent(String host, long session) {
        LOG.warn(
                "another agent runs under the host name {}: session {}, started at {}; whatever counts by host counts both as one;"
                        + " give each its own --host",
                host,
                session,
                Instant.ofEpochMilli(session));
    }

    /** Says that Kafka takes events again, and drops what is older than that. */
    synchronized void recovered() {
        recoveredNs = System.nanoTime();
        LOG.info("Kafka takes events again; what waits in the spool follows");
    }

    /** Whether Kafka has taken events since: what was wrong with them then need not be said any more. */
    private boolean isOver(String where, long atNs) {
        return where.equals(topic) && atNs - recoveredNs < 0;
    }

    /** Tells that Kafka cannot be asked, or has not the topic of events or of ledgers for this client. */
    public void tell(AgentException failed) {
        tell(failed, System.nanoTime());
    }

    /**
     * The same of questions that took a while.
     *
     * @param askedNs when they began
     */
    public synchronized void tell(AgentException failed, long askedNs) {
        String refused = failed instanceof KafkaAwayException away ? away.topic() : "";
        if (isOver(refused.isEmpty() ? topic : refused, askedNs)) {
            return;
        }
        topicRefused = refused.equals(topic);
        if (isDue(failed instanceof KafkaAwayException away ? away.why() : failed.getMessage())) {
            LOG.warn(
                    "{}; {}",
                    failed.getMessage(),
                    refused.isEmpty() || topicRefused ? "events wait in the spool meanwhile" : LEDGERS);
        }
    }

    /** The topic of events was found. */
    void topicIsThere() {
        if (topicRefused) {
            noted.set(null); // from before
            topicRefused = false;
        }
    }

    /** What a client does not know of is for it as if nobody had answered in time. */
    private boolean isToldOfTopic(Note note) {
        return topicRefused && note.topic().equals(topic) && note.failure() instanceof TimeoutException;
    }

    private String plainly(Note note) {
        String words = note.client().hideIn(note.failure().getMessage());
        return note.failure() instanceof TimeoutException
                ? "no broker at " + kafka.bootstrapServers() + " answers, or not in time (" + words + ")"
                : words;
    }

    private boolean isDue(String cause) {
        if (dueNs.size() > MOST_CAUSES) {
            dueNs.clear();
        }
        long nowNs = System.nanoTime();
        AtomicLong atNs = dueNs.computeIfAbsent(cause, first -> new AtomicLong(nowNs));
        long due = atNs.get();
        return nowNs - due >= 0 && atNs.compareAndSet(due, nowNs + EVERY_NS);
    }
}
