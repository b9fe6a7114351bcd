package io.skbstream.example;

import io.skbstream.avro.NetifReceive;
import io.skbstream.clients.StopSignal;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generations of one job, in a topic of its own, APPLICATION-generations, which all instances read. The first record of each
 * number holds, and the highest number is the current one. The first generation is written by each instance that finds none; every
 * other one in the transaction that moves the state to it, so that there are both or neither. No instance begins a move while
 * another one has such a transaction open.
 */
final class Generations {
    private static final Logger LOG = LoggerFactory.getLogger(Generations.class);

    private final Admin admin;
    private final RawClients clients;
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
     */
    Optional<Generation> of(Layout.Topic topic, Deserializer<NetifReceive> events, StopSignal stop)
            throws ExecutionException, InterruptedException {
        Optional<Generation> newest = newest();
        if (newest.isEmpty()) {
            begin(topic);
            newest = newest();
        }
        Generation generation = newest.orElseThrow();
        if (generation.isOf(topic)) {
            return newest;
        }
        boolean isOutdated = topic.partitions() < generation.ends().size()
                && topic.id().toString().equals(generation.topicId())
                && !topic.id().equals(Uuid.ZERO_UUID);
        if (isOutdated || !topic.equals(seen)) {
            seen = topic; // a broker may not have heard of the newest change yet
            return Optional.empty();
        }
        if (isMoving()) {
            LOG.info("another instance is moving the state; waiting for it");
            while (isMoving() && !stop.await(Duration.ofSeconds(1))) {}
            return Optional.empty();
        }
        try (var producer = clients.transactionalProducer(log.topic())) {
            producer.initTransactions();
            if (newest().equals(newest)) { // by now nobody else can change that
                producer.beginTransaction();
                // Its offset numbers the generation: no other move, however it ends, makes topics of the same names.
                long claim = producer.send(new ProducerRecord<>(log.topic(), log.partition(), null, null))
                        .get()
                        .offset();
                Generation next = move.run(generation, Math.toIntExact(claim) + 1, topic, events, producer, stop);
                producer.send(new ProducerRecord<>(log.topic(), log.partition(), null, next.toJson()));
                producer.commitTransaction();
                move.deleteBefore(next);
            }
        } catch (KafkaException | ExecutionException e) {
            if (!isFenced(e)) {
                throw e;
            }
            LOG.info("another instance moves the state");
        }
        return Optional.empty();
    }

    /** Whether another instance began a move at the same time, which ended this one's. */
    private static boolean isFenced(Throwable error) {
        return error instanceof ProducerFencedException
                || error instanceof InvalidProducerEpochException
                || error.getCause() != null && isFenced(error.getCause());
    }

    private Optional<Generation> newest() {
        var first = new HashMap<Integer, Generation>();
        clients.read(Map.of(log, 0L), clients.ends(List.of(log)), record -> {
            if (record.value() != null) {
                var generation = Generation.of(record.value());
                first.putIfAbsent(generation.number(), generation);
            }
        });
        return first.values().stream().max(Comparator.comparingInt(Generation::number));
    }

    private void begin(Layout.Topic topic) {
        try (var producer = clients.producer()) {
            producer.send(new ProducerRecord<>(
                    log.topic(), log.partition(), null, Generation.first(topic).toJson()));
        }
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
