package io.skbstream.example;

import io.skbstream.avro.NetifReceive;
import io.skbstream.clients.ProgramException;
import io.skbstream.clients.StopSignal;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generations of one job, in a topic of its own, APPLICATION-generations, which all instances read. The first record of each
 * number holds, and the highest number is the current one. The first generation is written by each instance that finds none; every
 * other one in the transaction that moves the state to it, so that there are both or neither. No instance begins a move while
 * another one has such a transaction open and writes a sign of life to the topic every second: a record without a value.
 */
final class Generations {
    private static final Logger LOG = LoggerFactory.getLogger(Generations.class);

    /** How long a move may show no sign of life before another instance begins it anew. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    /** How long the producer of a move may take to end its transaction. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

    private final Admin admin;
    private final RawClients clients;
    private final String application;
    private final String topic;
    private final StateMove move;
    private final TopicPartition log;
    private Layout.Topic seen;

    /**
     * @param application id that the user gave the job
     * @param topic of the events
     * @param sums names the store of sums
     */
    Generations(Admin admin, RawClients clients, String application, String topic, String sums) {
        this.admin = admin;
        this.clients = clients;
        this.application = application;
        this.topic = topic;
        log = new TopicPartition(application + "-generations", 0);
        move = new StateMove(admin, clients, application, topic, sums);
    }

    /** Names their topic. */
    String topic() {
        return log.topic();
    }

    /**
     * Finds the generation for a topic. Makes it if the same topic has been asked for twice; waits while another instance does.
     *
     * @param stop ends the wait
     * @return empty if there is none yet: look at the topic again, and ask again
     * @throws CancellationException if stopped
     * @throws ProgramException with one line that says why, if their topic does not take them, or a move takes too long
     */
    Optional<Generation> of(Layout.Topic now, Deserializer<NetifReceive> events, StopSignal stop)
            throws ExecutionException, InterruptedException {
        Optional<Generation> newest = newest(stop);
        if (newest.isEmpty()) {
            begin(now);
            return newest;
        }
        Generation generation = newest.get();
        if (generation.isOf(now)) {
            return newest;
        }
        boolean isOutdated = now.partitions() < generation.ends().size()
                && now.id().toString().equals(generation.topicId())
                && !now.id().equals(Uuid.ZERO_UUID);
        if (isOutdated || !now.equals(seen)) {
            seen = now; // a broker may not have heard of the newest change yet
            return Optional.empty();
        }
        if (isMoving() && !isSilent(stop)) {
            return Optional.empty();
        }
        long beginNs = System.nanoTime();
        var producer = clients.transactionalProducer(log.topic());
        try {
            producer.initTransactions();
            if (newest(stop).equals(newest)) { // by now nobody else can change that
                move(generation, now, events, producer, stop);
            }
        } catch (KafkaException | ExecutionException e) {
            if (!isEnded(e)) {
                throw e;
            }
            var limit = clients.transactionTimeout();
            if (System.nanoTime() - beginNs > limit.toNanos()) {
                throw new ProgramException(
                        "moving the state, for %d partitions of %s, takes longer than %d s, after which Kafka ends it, and nothing is moved; start every instance with more, such as -K %s=%d (the brokers' transaction.max.timeout.ms must be as high)"
                                .formatted(
                                        now.partitions(),
                                        topic,
                                        limit.toSeconds(),
                                        RawClients.MOVE_TIMEOUT_CONFIG,
                                        3 * limit.toMillis()),
                        e);
            }
            LOG.info(
                    "this move of the state was ended, as by another instance that began one; looking again: {}",
                    e.getMessage());
        } finally {
            close(producer);
        }
        return Optional.empty();
    }

    private void move(
            Generation old,
            Layout.Topic now,
            Deserializer<NetifReceive> events,
            Producer<byte[], byte[]> producer,
            StopSignal stop)
            throws ExecutionException, InterruptedException {
        String from = old.applicationId(application);
        LOG.info("moving the state of {}, for {} partitions of {}", from, now.partitions(), topic);
        producer.beginTransaction();
        // Its offset numbers the generation: no other move, however it ends, makes topics of the same names.
        long claim = written(producer, null).offset();
        var pulse = new Pulse(stop, () -> producer.send(record(null)));
        var moved = move.run(old, Math.toIntExact(claim) + 1, now, events, producer, pulse);
        producer.send(record(moved.next().toJson()));
        producer.commitTransaction();
        LOG.info(
                "moved the state from {} to {}: {} records, for {} partitions of {}",
                from,
                moved.next().applicationId(application),
                moved.records(),
                now.partitions(),
                topic);
        move.deleteBefore(moved.next());
    }

    /** Whether Kafka ended the transaction: another instance began a move, or it took too long. */
    private static boolean isEnded(Throwable error) {
        return error instanceof ProducerFencedException
                || error instanceof InvalidProducerEpochException
                || error instanceof InvalidTxnStateException
                || error instanceof TransactionAbortableException
                || error.getCause() != null && isEnded(error.getCause());
    }

    private Optional<Generation> newest(StopSignal stop) {
        var first = new HashMap<Integer, Generation>();
        clients.read(Map.of(log, 0L), clients.ends(List.of(log)), new Pulse(stop, () -> {}), record -> {
            if (record.value() != null) {
                var generation = Generation.of(record.value());
                first.putIfAbsent(generation.number(), generation);
            }
        });
        return first.values().stream().max(Comparator.comparingInt(Generation::number));
    }

    private void begin(Layout.Topic now) throws ExecutionException, InterruptedException {
        var producer = clients.producer();
        try {
            written(producer, Generation.first(now).toJson());
        } finally {
            close(producer);
        }
    }

    private RecordMetadata written(Producer<byte[], byte[]> producer, byte[] value)
            throws ExecutionException, InterruptedException {
        try {
            return producer.send(record(value)).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InvalidRecordException) {
                throw new ProgramException(
                        "the topic %s, which says where the job's state is, takes no records without a key: %s; let it not be compacted: kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config cleanup.policy=delete,retention.ms=-1"
                                .formatted(log.topic(), e.getCause().getMessage(), clients.servers(), log.topic()),
                        e);
            }
            if (e.getCause() instanceof AuthorizationException) {
                throw new ProgramException(
                        "may not write to the topic %s, which says where the job's state is: %s; allow this user to write there, and to use the transactional id %s"
                                .formatted(log.topic(), e.getCause().getMessage(), log.topic()),
                        e);
            }
            throw e;
        }
    }

    /** Gives a producer time to end its transaction, unless Kafka has not answered for so long that the thread is interrupted. */
    private static void close(Producer<byte[], byte[]> producer) {
        producer.close(Thread.currentThread().isInterrupted() ? Duration.ZERO : CLOSE_TIMEOUT);
    }

    private ProducerRecord<byte[], byte[]> record(byte[] value) {
        return new ProducerRecord<>(log.topic(), log.partition(), null, value);
    }

    /** Waits until the move that is under way ends, and returns false; or true if it shows no sign of life any more. */
    private boolean isSilent(StopSignal stop) throws ExecutionException, InterruptedException {
        LOG.info(
                "a move of the state has begun and is not over; waiting until it is, or until it has shown no sign of life for {} s",
                SILENCE.toSeconds());
        long end = -1;
        long sinceNs = System.nanoTime();
        while (isMoving() && !stop.await(Duration.ofSeconds(1))) {
            long now = end(IsolationLevel.READ_UNCOMMITTED);
            if (now != end) {
                end = now;
                sinceNs = System.nanoTime();
            } else if (System.nanoTime() - sinceNs > SILENCE.toNanos()) {
                LOG.warn("that move has shown no sign of life for {} s; beginning it anew", SILENCE.toSeconds());
                return true;
            }
        }
        return false;
    }

    private boolean isMoving() throws ExecutionException, InterruptedException {
        return end(IsolationLevel.READ_COMMITTED) < end(IsolationLevel.READ_UNCOMMITTED);
    }

    private long end(IsolationLevel isolation) throws ExecutionException, InterruptedException {
        return admin.listOffsets(Map.of(log, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
                .partitionResult(log)
                .get()
                .offset();
    }
}
