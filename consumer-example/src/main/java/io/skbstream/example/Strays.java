package io.skbstream.example;

import io.skbstream.avro.NetifReceive;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/**
 * Forwards strays, which go home through an internal topic, and nothing else. A host's home is the partition to which its key
 * belongs, by Kafka's default partitioner; there is its state. Its events lie elsewhere if they were written before the topic got
 * more partitions, or by a producer that has not heard of that yet. All others are read at home and take no further hop.
 *
 * <p>Owned by one task of Streams and called by its thread.
 */
final class Strays implements FixedKeyProcessor<String, NetifReceive, NetifReceive> {
    /** Names the internal topic: APPLICATION-strays-repartition. */
    static final String NAME = "strays";

    private final Coverage coverage;
    private FixedKeyProcessorContext<String, NetifReceive> context;
    private int partition;

    Strays(Coverage coverage) {
        this.coverage = coverage;
    }

    @Override
    public void init(FixedKeyProcessorContext<String, NetifReceive> context) {
        this.context = context;
        partition = context.taskId().partition();
    }

    @Override
    public void process(FixedKeyRecord<String, NetifReceive> record) {
        if (RefusedEventException.reason(record.key(), record.value()).isEmpty()
                && home(record.key(), coverage.partitions()) != partition
                && !coverage.wasMoved(
                        record.key(),
                        partition,
                        context.recordMetadata().orElseThrow().offset())) {
            context.forward(record);
        }
    }

    static int home(String host, int partitions) {
        return partitions == 1
                ? 0
                : Utils.toPositive(Utils.murmur2(host.getBytes(StandardCharsets.UTF_8))) % partitions;
    }
}
