package io.skbstream.example;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.schemas.Topics;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The job: events in, one {@link LoopbackByHost} for each host and window out, and again whenever it changes.
 *
 * <p>All events of a host are in one partition, because the host is their key, so instances share the work by partition, and only
 * {@link Strays} are repartitioned: those that were written while the topic had fewer partitions. Windows go by the time in the event, when the packet came, not by when Kafka got it.
 *
 * <p>Every store is in memory, with a changelog in Kafka. Caches write the changelog, and let a row out, once a commit
 * interval instead of once an event.
 */
final class LoopbackTopology {
    private LoopbackTopology() {}

    /**
     * @param input topic of the events
     * @param events how they are read
     * @param rows how what comes out is written
     * @param ledgers topic of {@link io.skbstream.avro.AgentLedger} records
     * @param coverage how much of the input there is
     * @param onUpdate told of every row that goes to {@link Topics#LOOPBACK_BY_HOST}; called by the threads of Streams
     */
    static Topology of(
            String input,
            Serde<NetifReceive> events,
            Serde<LoopbackByHost> rows,
            String ledgers,
            Windows windows,
            Coverage coverage,
            Consumer<LoopbackByHost> onUpdate) {
        var builder = new StreamsBuilder();
        builder.addStateStore(store(Accountant.SEQUENCES, Sequences.Progress.SERDE));
        builder.addStateStore(store(Accountant.GAPS, Sequences.Gap.SERDE));
        builder.addStateStore(store(Accountant.READING_SINCE, Serdes.Long()));
        builder.addStateStore(LedgerJoin.partialRows());
        builder.addGlobalStore(
                RecentLedgers.store(), ledgers, Consumed.with(Serdes.String(), Serdes.ByteArray()), RecentLedgers::new);
        var read = builder.stream(
                input, Consumed.with(Serdes.String(), events).withTimestampExtractor(LoopbackTopology::eventTimeMs));
        var strays = read.processValues(() -> new Strays(coverage))
                .repartition(Repartitioned.<String, NetifReceive>as(Strays.NAME)
                        .withKeySerde(Serdes.String())
                        .withValueSerde(events)
                        .withNumberOfPartitions(coverage.partitions()));
        read.merge(strays)
                .processValues(
                        () -> new Accountant(input, windows, coverage),
                        Accountant.SEQUENCES,
                        Accountant.GAPS,
                        Accountant.READING_SINCE)
                .groupByKey()
                .windowedBy(windows.toStreams())
                .aggregate(
                        WindowSums::new,
                        (host, change, sums) -> {
                            change.applyTo(sums);
                            return sums;
                        },
                        sums(windows))
                .toStream()
                .process(() -> new LedgerJoin(windows, coverage), sumsOf(windows), LedgerJoin.PARTIAL_ROWS)
                .peek((host, row) -> onUpdate.accept(row))
                .to(Topics.LOOPBACK_BY_HOST, Produced.with(Serdes.String(), rows));
        return builder.build();
    }

    private static <T> StoreBuilder<KeyValueStore<String, T>> store(String name, Serde<T> values) {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), values)
                .withCachingEnabled();
    }

    /**
     * Names the store of sums. The length is in the name, so that a job restarted with another one does not take over sums of the
     * old windows.
     */
    static String sumsOf(Windows windows) {
        return "windows-" + windows.length().toMillis() + "ms";
    }

    private static Materialized<String, WindowSums, WindowStore<Bytes, byte[]>> sums(Windows windows) {
        return Materialized.<String, WindowSums>as(
                        Stores.inMemoryWindowStore(sumsOf(windows), windows.retention(), windows.length(), false))
                .withKeySerde(Serdes.String())
                .withValueSerde(WindowSums.SERDE)
                .withCachingEnabled();
    }

    /** What is no event must not move the stream time, nor have a negative time, which Streams passes by without a word. */
    private static long eventTimeMs(ConsumerRecord<Object, Object> record, long partitionTimeMs) {
        NetifReceive event = (NetifReceive) record.value();
        return RefusedEventException.reason(record.key(), event).isPresent()
                ? Math.max(0, partitionTimeMs)
                : event.getTimestamp().toEpochMilli();
    }
}
