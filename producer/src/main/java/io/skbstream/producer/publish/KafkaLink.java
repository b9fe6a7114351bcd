package io.skbstream.producer.publish;

import io.skbstream.avro.AckedLog;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.event.EncodedEvents;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way into Kafka: owns the producer, and puts a new one in its place when the old one may never recover. Sending is for
 * any thread; {@link #renewIfBroken} and {@link #close} for one at a time.
 */
public final class KafkaLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaLink.class);

    /** Longer than the first contact takes with a Kafka that is there, in an emulator too. */
    private static final long CONTACT_NS = Duration.ofSeconds(30).toNanos();

    private static final long CLOSE_NS = Duration.ofSeconds(1).toNanos();
    private static final long LOOK_EVERY_NS = Duration.ofMillis(20).toNanos();

    private final KafkaSettings settings;
    private final String clientId;
    private final String topic;
    private final SchemaIds schemaIds;
    private final AtomicBoolean broken = new AtomicBoolean();
    private final Complaints complaints;
    private final AckedLogs logs = new AckedLogs();
    private final Acknowledgements acknowledgements = new Acknowledgements(this::client);
    private volatile KafkaProducer<byte[], byte[]> producer;
    private volatile ClientIdentity identity;
    private final long madeNs = System.nanoTime();
    private volatile String absence = "there is no client yet";
    private volatile boolean met;
    private volatile boolean found;

    /**
     * Without a client yet, see {@link #connect}: nothing here waits for a network.
     *
     * @param schemaIds how schemas are named in what is sent
     * @throws AgentException if a client setting is not valid
     */
    public KafkaLink(TopicSetup topic, String host, SchemaIds schemaIds) {
        this.settings = topic.kafka();
        this.schemaIds = schemaIds;
        this.topic = topic.topic();
        this.clientId = KafkaSettings.clientId(host);
        this.complaints = new Complaints(settings, this.topic);
        this.identity = settings.identity();
        settings.check(clientId);
    }

    /**
     * Makes the client, which may wait for name servers and brokers. Without an address of any server there is none yet.
     *
     * @throws AgentException if a client setting is not valid
     */
    public void connect() {
        try {
            this.producer = settings.producer(clientId);
        } catch (KafkaAwayException away) { // there may be one later
            absence = away.getMessage();
            broken.set(true);
        }
    }

    /** The first contact is over, whatever came of it. Any thread. */
    public void met() {
        met = true;
    }

    /** The topics are there for this client: said once, however long it took. For one thread. */
    public void found() {
        if (!found) {
            found = true;
            LOG.info("connected to Kafka at {}", settings.bootstrapServers());
        }
    }

    /** Says that Kafka has not answered yet, unless a reason has been said already. Any thread. */
    void tellNoContact() {
        if (!found) {
            complaints.noContact();
        }
    }

    /** Whether Kafka has ever answered. Any thread. */
    public boolean wasFound() {
        return found;
    }

    /** Whether it is too early to say that Kafka, or the registry, is away: events had better wait. Any thread. */
    boolean isExpected() {
        return (!met || !schemaIds.wereAsked()) && System.nanoTime() - madeNs < CONTACT_NS;
    }

    /** Where events go. */
    public String topic() {
        return topic;
    }

    /** How schemas are named in what is sent. */
    public SchemaIds schemaIds() {
        return schemaIds;
    }

    /** What goes wrong, to be told. Any thread. */
    public Complaints complaints() {
        return complaints;
    }

    /** Whether Kafka acknowledges what is in flight. Any thread. */
    public Acknowledgements acknowledgements() {
        return acknowledgements;
    }

    /** Says so whenever these guards find that Kafka takes batches again. */
    public void tellRecoveries(Guards guards) {
        guards.onRecovery(complaints::recovered);
    }

    /** Lets the client find out where the topic is, so that the first event need not wait for it; gives up after a while. */
    public void warmUp(Duration limit) {
        if (producer != null) {
            knowsTopic(producer, limit);
        }
    }

    /** The client in use, for its measurements only, or null; another one may take its place at any time. Any thread. */
    public Producer<byte[], byte[]> client() {
        return producer;
    }

    /** Where acknowledged events of a session went, as far as this agent sent them. Any thread. */
    public List<AckedLog> acknowledgedLogs(String host, long session) {
        return logs.of(host, session).toRecords();
    }

    /** Whether the topic may be another one than when it was looked up. Any thread. */
    public boolean isTopicDoubtful() {
        return logs.isDoubtful();
    }

    /** Kafka's id of the topic as it was looked up just now. Any thread. */
    public void topicId(String id) {
        logs.topicId(id);
        complaints.topicIsThere();
    }

    /** @throws IllegalStateException if there is no client, or it is closed */
    void send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        KafkaProducer<byte[], byte[]> current = producer;
        if (current == null) {
            throw new IllegalStateException(absence);
        }
        current.send(record, callback);
    }

    /** Sends the events of {@code which}, or all if it is null. {@link #heed} must follow once the flight has landed. */
    void send(Flight flight, byte[] key, EncodedEvents events, BitSet which) {
        acknowledgements.sent();
        flight.send(this::send, topic, key, schemaIds.headed(events), which);
    }

    AckedLogs logs() {
        return logs;
    }

    /**
     * Tells the guards how a flight fared, notes what went wrong with it, and takes note if that may be the client's own fault,
     * which it may be, too, as long as the guards hold batches back. Any thread.
     */
    void heed(Flight flight, Guards guards) {
        flight.refusals().values().forEach(refusal -> complain(topic, refusal));
        Exception failure = flight.failure();
        if (failure != null) {
            complain(topic, failure);
        }
        acknowledgements.landed(flight);
        guards.landed(flight);
        if (!guards.isClosed() || failure != null && FailureKind.asksForNewClient(failure)) {
            suspect();
        }
    }

    /** Whether there is no client, since no server has an address. Any thread. */
    public boolean isAbsent() {
        return producer == null;
    }

    /** Kafka did not take what was sent to probe whether it does: it may be the client. Any thread. */
    public void suspect() {
        broken.set(true);
    }

    /**
     * Puts a new client in the place of one that may never recover by itself, as Kafka's does after some refusals, once the new
     * one has found the topic. What the old one still had comes back to its senders as not delivered. For a thread that may
     * wait.
     *
     * @return whether there is a new one
     */
    public boolean renewIfBroken(Duration limit) {
        if (!broken.get()) {
            return false;
        }
        KafkaProducer<byte[], byte[]> fresh;
        ClientIdentity freshIdentity;
        try {
            freshIdentity = settings.identity();
            fresh = settings.producer(clientId);
        } catch (AgentException notNow) { // a certificate that is being replaced, a name server that is away
            LOG.debug("no new client", notNow);
            return false;
        }
        if (!knowsTopic(fresh, limit)) {
            fresh.close(Duration.ZERO);
            return false;
        }
        abort(); // before the other begins, so that acknowledgements come in order
        identity = freshIdentity;
        producer = fresh;
        broken.set(false);
        return true;
    }

    /**
     * Says that records of a topic were refused for good, or notes why they were not taken. Any thread. Where a broker has answered that the
     * topic is not for this client, Kafka's client says that time ran out, with the answer as the cause.
     */
    void complain(String where, Exception failure) {
        boolean isOfTopic = failure instanceof TimeoutException && failure.getCause() instanceof ApiException;
        Exception why = isOfTopic ? (ApiException) failure.getCause() : failure;
        if (FailureKind.of(why) == FailureKind.RECORD) {
            complaints.refused(where, why);
        } else {
            complaints.note(where, why, identity);
        }
    }

    private boolean knowsTopic(KafkaProducer<byte[], byte[]> client, Duration limit) {
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < limit.toNanos()) {
            try {
                client.partitionsFor(topic);
                return true;
            } catch (TimeoutException notYet) {
                if (notYet.getCause() instanceof AuthorizationException) { // it will not
                    return false;
                }
                LockSupport.parkNanos(LOOK_EVERY_NS); // the client asks in the background
            } catch (RuntimeException refused) { // events find out as well, and are dealt with
                return false;
            }
        }
        return false;
    }

    /** Gives up what is not acknowledged by now: it comes back to its senders as not delivered. May be called again. */
    public void abort() {
        close(System.nanoTime());
    }

    /**
     * Waits until what was sent is decided, at most until {@code deadlineNs}, and ends. May be called again. A client that waits for a
     * server's first words takes no notice of that for ten seconds, and is left alone after one.
     */
    public void close(long deadlineNs) {
        KafkaProducer<byte[], byte[]> current = producer;
        if (current == null) {
            return;
        }
        long leftNs = Math.max(0, deadlineNs - System.nanoTime());
        Thread closing = new Thread(() -> current.close(Duration.ofNanos(leftNs)), "kafka-close");
        closing.setDaemon(true);
        closing.start();
        try {
            TimeUnit.NANOSECONDS.timedJoin(closing, leftNs + CLOSE_NS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        abort();
    }
}
