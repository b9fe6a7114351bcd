package io.skbstream.example.page;

import static io.skbstream.example.page.SomeRows.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.schemas.AvroSerializer;
import io.skbstream.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With Kafka's own mock of a consumer. */
@Timeout(300)
class TopicReaderTest {
    private static final String LEDGERS = "ledgers";
    private static final long HOUR_MS = 3_600_000;

    private final Fleet fleet = new Fleet();
    private final LinkedBlockingQueue<Mock> made = new LinkedBlockingQueue<>();
    private final TopicReader reader = new TopicReader(Map.of(), LEDGERS, fleet, settings -> {
        var mock = new Mock();
        made.add(mock);
        return mock;
    });

    @AfterEach
    void close() {
        reader.close();
    }

    @Test
    void historyWasHeardWhenItHappenedAndNotInTheFutureTheRestIsHeardNow() throws Exception {
        long nowMs = System.currentTimeMillis();
        Mock kafka = made.take();
        kafka.schedulePollTask(() -> {
            kafka.add(0, 0, nowMs - HOUR_MS / 2, row("old", 0, 1, 0));
            kafka.add(0, 1, nowMs + HOUR_MS, row("fast", 0, 1, 0));
            kafka.add(0, 2, nowMs - HOUR_MS, row("slow", 0, 1, 0)); // beyond the end as it was
        });
        assertThat(await("old").eventHeardMs()).isEqualTo(nowMs - HOUR_MS / 2);
        assertThat(await("fast").eventHeardMs()).isBetween(nowMs, System.currentTimeMillis());
        assertThat(await("fast").newestEventMs()).isEqualTo(nowMs + HOUR_MS);
        assertThat(await("slow").eventHeardMs()).isBetween(nowMs, System.currentTimeMillis());
    }

    @Test
    void aDefectIsSurvived() throws Exception {
        made.take().schedulePollTask(() -> {
            throw new IllegalStateException("a defect");
        });
        Mock second = made.take();
        second.schedulePollTask(() -> second.add(0, 0, 1, row("web-1", 0, 1, 0)));
        assertThat(await("web-1").newestEventMs()).isEqualTo(1);
    }

    @Test
    void aNewPartitionIsNoticed() throws Exception {
        Mock kafka = made.take();
        kafka.schedulePollTask(() -> kafka.partitions(2));
        while (kafka.assignment().size() < 3) {
            Thread.sleep(10); // no longer than the test may take
        }
        kafka.schedulePollTask(() -> kafka.add(1, 0, 1, row("web-2", 0, 1, 0)));
        assertThat(await("web-2").newestEventMs()).isEqualTo(1);
    }

    private HostState await(String host) throws InterruptedException {
        while (true) {
            Optional<HostState> found = fleet.state().hosts().stream()
                    .filter(state -> state.name().equals(host))
                    .findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            Thread.sleep(10);
        }
    }

    /** When it is read from, the topic of the rows has two records already. */
    private static final class Mock extends MockConsumer<byte[], byte[]> {
        Mock() {
            super("earliest");
            updatePartitions(LEDGERS, List.of(new PartitionInfo(LEDGERS, 0, null, null, null)));
            updateEndOffsets(Map.of(new TopicPartition(LEDGERS, 0), 0L));
            partitions(1);
        }

        void partitions(int count) {
            for (int i = 0; i < count; i++) {
                updateEndOffsets(Map.of(new TopicPartition(Topics.LOOPBACK_BY_HOST, i), 2L));
            }
            updatePartitions(
                    Topics.LOOPBACK_BY_HOST,
                    IntStream.range(0, count)
                            .mapToObj(i -> new PartitionInfo(Topics.LOOPBACK_BY_HOST, i, null, null, null))
                            .toList());
        }

        void add(int partition, long offset, long timestampMs, LoopbackByHost row) {
            byte[] value = new AvroSerializer<LoopbackByHost>().serialize("", row);
            addRecord(new ConsumerRecord<>(
                    Topics.LOOPBACK_BY_HOST,
                    partition,
                    offset,
                    timestampMs,
                    TimestampType.CREATE_TIME,
                    0,
                    value.length,
                    new byte[0],
                    value,
                    new RecordHeaders(),
                    Optional.empty()));
        }

        /** The mock's own knows none. */
        @Override
        public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
                Map<TopicPartition, Long> times, Duration timeout) {
            return times.keySet().stream()
                    .collect(Collectors.toMap(Function.identity(), partition -> new OffsetAndTimestamp(0, 0)));
        }

        /** The mock's own never waits. */
        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            LockSupport.parkNanos(1_000_000);
            return super.poll(timeout);
        }
    }
}
