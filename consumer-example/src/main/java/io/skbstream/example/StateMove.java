package io.skbstream.example;

import io.skbstream.avro.NetifReceive;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.internals.ProcessorMetadata;
import org.apache.kafka.streams.processor.internals.TopicPartitionMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the state of one {@link Generation} to the next, within a transaction of its caller:
 *
 * <ol>
 *   <li>ends the old generation: sends its instances out of its group, so that none commits any more, and waits until no transaction
 *       of theirs is open;
 *   <li>copies its changelogs, each record to the partition where its host is at home now;
 *   <li>copies strays to the internal topic that takes them home, in the order of their time: those that were there already, and
 *       those in what is not read yet, so that a host's older events are there before its newer ones are read;
 *   <li>commits where the new generation begins: partitions that stayed where the old one was, all others at their begin.
 * </ol>
 */
final class StateMove {
    private static final Logger LOG = LoggerFactory.getLogger(StateMove.class);

    /** Bytes behind the host in a key of a window store: begin of the window, and a number. */
    private static final int WINDOW_KEY_BYTES = Long.BYTES + Integer.BYTES;

    /** How often a topic is looked for that should be there. */
    private static final int LOOKS = 10;

    private final Admin admin;
    private final RawClients clients;
    private final String application;
    private final String topic;
    private final String sums;

    /**
     * @param application id that the user gave the job
     * @param topic of the events
     * @param sums names the store of sums
     */
    StateMove(Admin admin, RawClients clients, String application, String topic, String sums) {
        this.admin = admin;
        this.clients = clients;
        this.application = application;
        this.topic = topic;
        this.sums = sums;
    }

    static String straysOf(String applicationId) {
        return applicationId + '-' + Strays.NAME + "-repartition";
    }

    private static String changelogOf(String applicationId, String store) {
        return applicationId + '-' + store + "-changelog";
    }

    /** Returns the changelogs that are by host, by name. */
    private Map<String, Function<byte[], String>> hostsOfKeys(String applicationId) {
        return Map.of(
                changelogOf(applicationId, Accountant.SEQUENCES), key -> Sequences.hostOf(text(key, key.length)),
                changelogOf(applicationId, Accountant.GAPS), key -> Sequences.hostOf(text(key, key.length)),
                changelogOf(applicationId, LedgerJoin.PARTIAL_ROWS), key -> LedgerJoin.hostOf(text(key, key.length)),
                changelogOf(applicationId, sums), key -> text(key, key.length - WINDOW_KEY_BYTES));
    }

    private Set<String> internalTopics(String applicationId) {
        var names = new HashSet<>(hostsOfKeys(applicationId).keySet());
        names.add(changelogOf(applicationId, Accountant.READING_SINCE));
        names.add(straysOf(applicationId));
        return names;
    }

    private static String text(byte[] bytes, int length) {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /**
     * Sends everything with this producer, in the transaction that is open.
     *
     * @param number of the next generation
     * @return the next generation, of the topic as it is now
     * @throws CancellationException if stopped; nothing has been moved then
     */
    Moved run(
            Generation old,
            int number,
            Layout.Topic now,
            Deserializer<NetifReceive> events,
            Producer<byte[], byte[]> producer,
            Pulse pulse)
            throws ExecutionException, InterruptedException {
        String oldId = old.applicationId(application);
        String newId = Generation.applicationId(application, number);
        end(oldId, pulse);
        var topics = existing(oldId, pulse);
        awaitNoTransaction(topics, pulse);
        var committed = admin.listConsumerGroupOffsets(
                        Map.of(oldId, new ListConsumerGroupOffsetsSpec()),
                        new ListConsumerGroupOffsetsOptions().requireStable(true))
                .partitionsToOffsetAndMetadata(oldId)
                .get();
        for (String name : topics.keySet()) {
            pulse.beat();
            create(newId + name.substring(oldId.length()), topics.get(name), now.partitions());
        }

        var sender = new Sender(producer, now.partitions());
        var oldTimesMs = timesMs(committed);
        var newTimesMs = new HashMap<Integer, Long>();
        hostsOfKeys(oldId).forEach((name, hostOf) -> {
            if (topics.containsKey(name)) {
                var from = begins(partitions(name, topics.get(name).partitions().size()), committed);
                clients.read(from, clients.ends(from.keySet()), pulse, record -> {
                    String host = hostOf.apply(record.key());
                    Long timeMs = oldTimesMs.get(record.partition());
                    if (timeMs != null) {
                        newTimesMs.merge(Strays.home(host, now.partitions()), timeMs, Math::max);
                    }
                    sender.copy(record, newId + name.substring(oldId.length()), host, record.timestamp());
                });
            }
        });
        moveReadingSince(changelogOf(oldId, Accountant.READING_SINCE), topics, sender, newId, pulse);

        var partitions = partitions(topic, now.partitions());
        var stayed = new HashMap<TopicPartition, OffsetAndMetadata>(committed);
        stayed.keySet().removeIf(partition -> !old.isOfLog(now) || !partitions.contains(partition));
        boolean haveAHome = topics.containsKey(straysOf(oldId));
        var read = haveAHome ? begins(stayed.keySet(), stayed) : Map.<TopicPartition, Long>of();
        var unread = new HashMap<>(read);
        if (haveAHome) {
            int homes = topics.get(straysOf(oldId)).partitions().size();
            unread.putAll(begins(partitions(straysOf(oldId), homes), committed));
        }
        var all = new HashSet<>(partitions);
        all.addAll(unread.keySet());
        var ends = clients.ends(all);
        clients.readByTime(
                unread,
                ends,
                pulse,
                record -> strayTimeMs(record, old, now.partitions(), events),
                stray -> sender.copy(stray.record(), straysOf(newId), hostOf(stray.record()), stray.timeMs()));

        var next = new Generation(
                number,
                now.id().toString(),
                partitions.stream().map(ends::get).toList(),
                partitions.stream()
                        .map(partition -> read.containsKey(partition) ? ends.get(partition) : Long.valueOf(0))
                        .toList(),
                sender.ends(straysOf(newId)),
                old.isOfLog(now)
                        ? old.movesAbove(partition -> offset(committed, new TopicPartition(topic, partition)))
                        : List.of());
        producer.sendOffsetsToTransaction(
                offsets(partitions, stayed, newTimesMs, haveAHome ? straysOf(newId) : ""), clients.group(newId));
        return new Moved(next, sender.sent);
    }

    /**
     * What a move sent.
     *
     * @param records how many
     */
    record Moved(Generation next, long records) {}

    /** Removes what earlier generations had, and moves that came to nothing. What cannot be removed is in nobody's way. */
    void deleteBefore(Generation current) throws ExecutionException, InterruptedException {
        var numbered =
                Pattern.compile(Pattern.quote(application + "-generation-") + "(\\d+)-.*-(changelog|repartition)");
        var first = internalTopics(application);
        admin.deleteTopics(admin.listTopics().names().get().stream()
                .filter(name -> {
                    var matcher = numbered.matcher(name);
                    return first.contains(name)
                            || matcher.matches() && Integer.parseInt(matcher.group(1)) < current.number();
                })
                .toList());
    }

    /** Sends all instances away, those that have not noticed the change too, until none comes back. */
    private void end(String group, Pulse pulse) throws ExecutionException, InterruptedException {
        while (!isEmpty(group)) {
            try {
                admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                        .all()
                        .get();
            } catch (ExecutionException goneMeanwhile) {
                LOG.debug("{}: {}", group, goneMeanwhile.getMessage());
            }
            pulse.rest();
        }
    }

    private boolean isEmpty(String group) throws ExecutionException, InterruptedException {
        try {
            return admin.describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .get(group)
                    .get()
                    .members()
                    .isEmpty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return true;
            }
            throw e;
        }
    }

    /** A broker may not know a topic yet: looks again where one is missing though the group has read something. */
    private Map<String, TopicDescription> existing(String applicationId, Pulse pulse)
            throws ExecutionException, InterruptedException {
        var existing = described(applicationId);
        var missing = new TreeSet<>(internalTopics(applicationId));
        missing.removeAll(existing.keySet());
        boolean hasRead = !admin.listConsumerGroupOffsets(applicationId)
                .partitionsToOffsetAndMetadata()
                .get()
                .isEmpty();
        for (int look = 1; hasRead && !missing.isEmpty() && look < LOOKS; look++) {
            pulse.rest();
            existing = described(applicationId);
            missing.removeAll(existing.keySet());
        }
        if (hasRead && !missing.isEmpty()) {
            LOG.warn("there are no topics {}: what they held is not moved", String.join(", ", missing));
        }
        return existing;
    }

    private Map<String, TopicDescription> described(String applicationId)
            throws ExecutionException, InterruptedException {
        var existing = new HashMap<String, TopicDescription>();
        for (var described : admin.describeTopics(internalTopics(applicationId))
                .topicNameValues()
                .entrySet()) {
            try {
                existing.put(described.getKey(), described.getValue().get());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return existing;
    }

    private void awaitNoTransaction(Map<String, TopicDescription> topics, Pulse pulse)
            throws ExecutionException, InterruptedException {
        var latest = topics.values().stream()
                .flatMap(one -> partitions(one.name(), one.partitions().size()).stream())
                .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
        while (!offsets(latest, IsolationLevel.READ_COMMITTED)
                .equals(offsets(latest, IsolationLevel.READ_UNCOMMITTED))) {
            pulse.rest();
        }
    }

    private Map<TopicPartition, Long> offsets(Map<TopicPartition, OffsetSpec> which, IsolationLevel isolation)
            throws ExecutionException, InterruptedException {
        return admin.listOffsets(which, new ListOffsetsOptions(isolation)).all().get().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    private void create(String name, TopicDescription like, int partitions)
            throws ExecutionException, InterruptedException {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, like.name());
        Map<String, String> config =
                admin.describeConfigs(List.of(resource)).all().get().get(resource).entries().stream()
                        .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                        .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
        short replicas = (short) like.partitions().get(0).replicas().size();
        admin.createTopics(List.of(new NewTopic(name, partitions, replicas).configs(config)))
                .all()
                .get();
    }

    /** Since when all partitions have been read, which is the latest of the times of each. */
    private void moveReadingSince(
            String name, Map<String, TopicDescription> topics, Sender sender, String newId, Pulse pulse) {
        if (!topics.containsKey(name)) {
            return;
        }
        var newest = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        var from = begins(partitions(name, topics.get(name).partitions().size()), Map.of());
        clients.read(from, clients.ends(from.keySet()), pulse, record -> {
            boolean isLater = newest.isEmpty()
                    || ByteBuffer.wrap(record.value()).getLong()
                            > ByteBuffer.wrap(newest.get(0).value()).getLong();
            if (text(record.key(), record.key().length).equals(Accountant.BEGAN) && isLater) {
                newest.clear();
                newest.add(record);
            }
        });
        newest.forEach(record -> sender.copyToAll(record, changelogOf(newId, Accountant.READING_SINCE)));
    }

    /** The time of a stray that has to be moved; empty for every other record. */
    private OptionalLong strayTimeMs(
            ConsumerRecord<byte[], byte[]> record, Generation old, int partitions, Deserializer<NetifReceive> events) {
        if (!record.topic().equals(topic)) {
            return OptionalLong.of(record.timestamp()); // a stray that is on its way already
        }
        String host = hostOf(record);
        boolean isStray = Strays.home(host, partitions) != record.partition()
                && !old.wasMoved(host, record.partition(), record.offset());
        return isStray ? timestampMs(record, host, events) : OptionalLong.empty();
    }

    private static String hostOf(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : text(record.key(), record.key().length);
    }

    /** The event's time; empty for what will be a dead letter, in its place. */
    private static OptionalLong timestampMs(
            ConsumerRecord<byte[], byte[]> record, String host, Deserializer<NetifReceive> events) {
        try {
            NetifReceive event = events.deserialize(record.topic(), record.headers(), record.value());
            return RefusedEventException.reason(host, event).isPresent()
                    ? OptionalLong.empty()
                    : OptionalLong.of(event.getTimestamp().toEpochMilli());
        } catch (SerializationException noEvent) {
            return OptionalLong.empty();
        }
    }

    /**
     * Where the new generation begins. Kafka Streams keeps the time of a partition with its offset: each begins with the newest time of
     * those that its state comes from, so that what was too late for that state remains so.
     *
     * @param timesMs of all partitions, where there is one
     * @param strays topic of the strays; empty if there is none yet, since Kafka does not take an offset of it then
     */
    private Map<TopicPartition, OffsetAndMetadata> offsets(
            List<TopicPartition> partitions,
            Map<TopicPartition, OffsetAndMetadata> stayed,
            Map<Integer, Long> timesMs,
            String strays)
            throws ExecutionException, InterruptedException {
        var begins = offsets(
                partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.earliest())),
                IsolationLevel.READ_COMMITTED);
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (TopicPartition partition : partitions) {
            long offset = stayed.containsKey(partition) ? stayed.get(partition).offset() : begins.get(partition);
            long timeMs = timesMs.getOrDefault(partition.partition(), ConsumerRecord.NO_TIMESTAMP);
            String time = new TopicPartitionMetadata(timeMs, new ProcessorMetadata()).encode();
            offsets.put(partition, new OffsetAndMetadata(offset, time));
            if (!strays.isEmpty()) {
                offsets.put(new TopicPartition(strays, partition.partition()), new OffsetAndMetadata(0));
            }
        }
        return offsets;
    }

    /** The time up to which each task has read: the newest of its partitions. */
    private static Map<Integer, Long> timesMs(Map<TopicPartition, OffsetAndMetadata> committed) {
        var timesMs = new HashMap<Integer, Long>();
        committed.forEach((partition, offset) -> timesMs.merge(
                partition.partition(),
                TopicPartitionMetadata.decode(offset.metadata()).partitionTime(),
                Math::max));
        return timesMs;
    }

    private static List<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    private static Map<TopicPartition, Long> begins(
            Collection<TopicPartition> partitions, Map<TopicPartition, OffsetAndMetadata> committed) {
        return partitions.stream()
                .collect(Collectors.toMap(Function.identity(), partition -> offset(committed, partition)));
    }

    private static long offset(Map<TopicPartition, OffsetAndMetadata> committed, TopicPartition partition) {
        OffsetAndMetadata offset = committed.get(partition);
        return offset == null ? 0 : offset.offset();
    }

    /** Sends records to where their hosts are at home. */
    private static final class Sender {
        private final Producer<byte[], byte[]> producer;
        private final int partitions;
        private final Map<TopicPartition, Future<RecordMetadata>> last = new HashMap<>();
        private long sent;

        Sender(Producer<byte[], byte[]> producer, int partitions) {
            this.producer = producer;
            this.partitions = partitions;
        }

        void copy(ConsumerRecord<byte[], byte[]> record, String target, String host, long timestampMs) {
            send(record, new TopicPartition(target, Strays.home(host, partitions)), timestampMs);
        }

        void copyToAll(ConsumerRecord<byte[], byte[]> record, String target) {
            partitions(target, partitions).forEach(partition -> send(record, partition, record.timestamp()));
        }

        private void send(ConsumerRecord<byte[], byte[]> record, TopicPartition to, long timestampMs) {
            var copy = new ProducerRecord<>(
                    to.topic(), to.partition(), timestampMs, record.key(), record.value(), record.headers());
            last.put(to, producer.send(copy));
            sent++;
        }

        /** Where each partition ends after what was sent; 0 where nothing was. */
        List<Long> ends(String topic) throws ExecutionException, InterruptedException {
            producer.flush();
            List<Long> ends = new ArrayList<>();
            for (TopicPartition partition : partitions(topic, partitions)) {
                var sent = last.get(partition);
                ends.add(sent == null ? 0 : sent.get().offset() + 1);
            }
            return ends;
        }
    }
}
