package io.skbstream.example;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.schemas.AvroSerde;
import io.skbstream.schemas.Topics;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.state.Stores;

/**
 * The job: events in, one {@link LoopbackByHost} for each host and window out, and again whenever it changes.
 *
 * <p>All events of a host are in one partition, because the host is their key, so nothing is repartitioned and instances
 * share the work by partition. Windows go by the time in the event, when the packet came, not by when Kafka got it.
 */
public final class LoopbackTopology {
    /** How far an event may lag behind the newest of its partition and still be counted. Later ones are dropped. */
    static final Duration GRACE = Duration.ofHours(1);

    private LoopbackTopology() {}

    /**
     * @param input topic of {@link NetifReceive} records
     * @param window length of the tumbling windows, which begin at multiples of it since the Unix epoch
     * @param onUpdate told of every row that goes to {@link Topics#LOOPBACK_BY_HOST}; called by the threads of Streams
     */
    public static Topology of(String input, Duration window, Consumer<LoopbackByHost> onUpdate) {
        // Caches write a changelog, and let a row out, once a commit interval instead of once an event.
        // The length is in the name, so that a job restarted with another one does not take over sums of the old
        // windows.
        var sums = Stores.inMemoryWindowStore(
                "windows-%dms".formatted(window.toMillis()), window.plus(GRACE), window, false);
        var builder = new StreamsBuilder();
        builder.addStateStore(Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(Accountant.STORE), Serdes.String(), Sequence.SERDE)
                .withCachingEnabled());
        builder.stream(
                        input,
                        Consumed.with(Serdes.String(), AvroSerde.of(NetifReceive.class))
                                .withTimestampExtractor(LoopbackTopology::eventTimeMs))
                .processValues(Accountant::new, Accountant.STORE)
                .groupByKey()
                .windowedBy(TimeWindows.ofSizeAndGrace(window, GRACE))
                .aggregate(
                        () -> Tally.NOTHING,
                        (host, one, sum) -> sum.plus(one),
                        Materialized.<String, Tally>as(sums)
                                .withKeySerde(Serdes.String())
                                .withValueSerde(Tally.SERDE)
                                .withCachingEnabled())
                .toStream()
                .map((host, sum) -> KeyValue.pair(host.key(), sum.toRow(host.key(), host.window())))
                .peek((host, row) -> onUpdate.accept(row))
                .to(Topics.LOOPBACK_BY_HOST, Produced.with(Serdes.String(), AvroSerde.of(LoopbackByHost.class)));
        return builder.build();
    }

    private static long eventTimeMs(ConsumerRecord<Object, Object> record, long partitionTimeMs) {
        return record.value() instanceof NetifReceive event
                ? event.getTimestamp().toEpochMilli()
                : record.timestamp();
    }
}
