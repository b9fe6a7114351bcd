package io.skbstream.benchmarks;

import io.skbstream.avro.NetifReceive;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What any consumer of the events can be measured by: a loop over {@code KafkaConsumer.poll} that reads every partition from its
 * begin to its end, with the client's default settings. It goes through the topic twice and prints the second time, which is no
 * longer that of the JIT compiler: records, seconds and ns of CPU time.
 */
public final class PollLoop {
    /** Also looks into each record. */
    static final String DECODE = "decode";

    /** Does nothing with a record. */
    static final String BARE = "bare";

    private static final Duration POLL_LIMIT = Duration.ofSeconds(30);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final boolean decodes;
    private final AvroDeserializer<NetifReceive> decoder = new AvroDeserializer<>(NetifReceive.class);

    private PollLoop(KafkaConsumer<byte[], byte[]> consumer, boolean decodes) {
        this.consumer = consumer;
        this.decodes = decodes;
    }

    /** The arguments are the broker, and {@link #BARE} or {@link #DECODE}. */
    public static void main(String[] args) throws IOException {
        var bytes = new ByteArrayDeserializer();
        var settings = Map.<String, Object>of("bootstrap.servers", args[0], "enable.auto.commit", "false");
        try (var consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
            var partitions = consumer.partitionsFor(Topics.NETIF_RECEIVE).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            var loop = new PollLoop(consumer, args[1].equals(DECODE));
            loop.readAll(partitions);
            System.out.println(loop.readAll(partitions).line());
        }
    }

    private Pace readAll(List<TopicPartition> partitions) throws IOException {
        consumer.seekToBeginning(partitions);
        long all = partitions.stream()
                        .mapToLong(consumer::position)
                        .map(begin -> -begin)
                        .sum()
                + consumer.endOffsets(partitions).values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
        long pid = ProcessHandle.current().pid();
        long cpuBeforeNs = CpuTime.ofProcessNs(pid);
        long startNs = System.nanoTime();
        for (long read = 0; read < all; ) {
            var records = consumer.poll(POLL_LIMIT);
            if (records.isEmpty()) {
                throw new IllegalStateException("after %d of %d records there came no more".formatted(read, all));
            }
            read += records.count();
            if (decodes) {
                records.forEach(record -> decoder.deserialize(record.topic(), record.value()));
            }
        }
        double seconds = (System.nanoTime() - startNs) / 1e9;
        return new Pace(all, seconds, CpuTime.ofProcessNs(pid) - cpuBeforeNs);
    }
}
