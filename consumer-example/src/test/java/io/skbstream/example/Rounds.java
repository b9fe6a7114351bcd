package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.schemas.AvroSerializer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Events of many hosts, in rounds of 25 s, for a job with a grace of 30 s; and what its rows must then be. */
final class Rounds implements AutoCloseable {
    static final int HOSTS = 40;

    private static final int EVENTS = 900;

    /** Recent, because Kafka deletes records by their own time; and where a window begins. */
    private static final Instant T0 = Instant.ofEpochSecond(Instant.now().getEpochSecond() / 10 * 10);

    private final Cluster cluster;
    private final String topic;
    private final String hosts;
    private final Rows rows;

    /** @param hosts how all names of hosts begin, by which the rows are found again */
    Rounds(Cluster cluster, String topic, String hosts) {
        this.cluster = cluster;
        this.topic = topic;
        this.hosts = hosts;
        rows = new Rows(cluster, hosts);
    }

    /**
     * Of each host, numbers from round * EVENTS on, 25 s a round. The first and the sixth are lost; that the first of the
     * second round is, and what its first window already held, is known only to a job that kept its state. The eighth comes
     * twice, and so does, in the round after its own, the last. From the third round on, one comes that is later than the
     * grace.
     */
    void send(int round) {
        try (var producer = producer()) {
            send(round, producer);
        }
    }

    void send(int round, KafkaProducer<String, NetifReceive> producer) {
        int first = round * EVENTS;
        var numbers = IntStream.range(first, first + EVENTS)
                .filter(seq -> seq != first && seq != first + 5)
                .flatMap(seq -> seq == first + 7 ? IntStream.of(seq, seq) : IntStream.of(seq));
        var again = round == 0 ? IntStream.empty() : IntStream.of(first - 1);
        IntStream.concat(numbers, again).forEach(seq -> sendToAll(producer, seq));
        if (round >= 2) {
            sendToAll(producer, 0); // the very first, which nobody has seen
        }
        producer.flush();
    }

    /** One that knows the topic as it is now, and does not look again within the next minutes. */
    KafkaProducer<String, NetifReceive> producer() {
        var settings = cluster.settings(Map.of("linger.ms", 20));
        var producer = new KafkaProducer<>(settings, new StringSerializer(), new AvroSerializer<NetifReceive>());
        producer.partitionsFor(topic);
        return producer;
    }

    private void sendToAll(KafkaProducer<String, NetifReceive> producer, int seq) {
        Instant timestamp = T0.plus(Duration.ofSeconds(25).multipliedBy(seq).dividedBy(EVENTS));
        for (int host = 0; host < HOSTS; host++) {
            String name = hosts + host;
            producer.send(
                    new ProducerRecord<>(topic, name, SomeEvents.event(name, 1, 0, seq, timestamp, "lo", 100, "ping")));
        }
    }

    /** Waits until all of so many rounds is in the rows, and sees that they hold exactly that. */
    void read(int rounds) throws InterruptedException {
        long packets = HOSTS * rounds * (EVENTS - 2L);
        long duplicates = HOSTS * (2L * rounds - 1);
        long late = HOSTS * Math.max(0L, rounds - 2);
        Cluster.await(rounds + " rounds are in the rows", () -> {
            rows.poll();
            return sum(LoopbackByHost::getPackets) >= packets
                    && sum(LoopbackByHost::getDuplicates) >= duplicates
                    && sum(LoopbackByHost::getLate) >= late;
        });
        assertThat(sum(LoopbackByHost::getPackets)).isEqualTo(packets);
        assertThat(sum(LoopbackByHost::getEvents)).isEqualTo(packets);
        assertThat(sum(LoopbackByHost::getBytes)).isEqualTo(100 * packets);
        assertThat(sum(LoopbackByHost::getMissing)).isEqualTo(HOSTS * (2L * rounds - 1));
        assertThat(sum(LoopbackByHost::getDuplicates)).isEqualTo(duplicates);
        assertThat(sum(LoopbackByHost::getLate)).isEqualTo(late);
        assertThat(rows.newest()).allSatisfy(row -> assertThat(
                        row.getHistogram().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(row.getPackets()));
    }

    /** Whether any row that was written so far was marked as partial. */
    boolean somePartial() {
        return rows.somePartial();
    }

    /** Whether any of the newest rows is. */
    boolean isPartial() {
        rows.poll();
        return rows.newest().stream().anyMatch(LoopbackByHost::getPartial);
    }

    private long sum(ToLongFunction<LoopbackByHost> column) {
        return rows.sum(column);
    }

    @Override
    public void close() {
        rows.close();
    }
}
