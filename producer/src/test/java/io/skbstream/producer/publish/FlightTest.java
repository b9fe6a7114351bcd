package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class FlightTest {

    private static final byte[] KEY = {'h'};
    private static final RuntimeException NEVER = new RecordTooLargeException("too large");
    private static final RuntimeException NOT_NOW = new TimeoutException("expired");

    private final BlockingQueue<Flight> landed = new LinkedBlockingQueue<>();
    private final Flight flight = new Flight(new AckedLogs().of("h", 1), landed);
    private final MockProducer<byte[], byte[]> producer = producer();

    enum Fate {
        ACKED,
        REJECTED,
        UNDELIVERED
    }

    @Property
    void everyEventHasExactlyTheFateThatKafkaGaveIt(@ForAll("fates") List<Fate> fates) {
        landed.clear(); // of the try before
        flight.send(producer::send, "t", KEY, new SomeEvents(fates.size()), null);
        for (Fate fate : fates) {
            assertThat(landed).as("it lands after the last answer only").isEmpty();
            switch (fate) {
                case ACKED -> producer.completeNext();
                case REJECTED -> producer.errorNext(NEVER);
                case UNDELIVERED -> producer.errorNext(NOT_NOW);
            }
        }

        assertThat(landed).containsExactly(flight);
        assertThat(flight.sent()).isEqualTo(fates.size());
        assertThat(flight.acked()).isEqualTo(count(fates, Fate.ACKED).cardinality());
        assertThat(flight.undelivered()).isEqualTo(count(fates, Fate.UNDELIVERED));
        BitSet rejected = count(fates, Fate.REJECTED);
        assertThat(flight.rejected())
                .isEqualTo(rejected.isEmpty() ? Map.of() : Map.of("RecordTooLargeException", rejected));
        assertThat(flight.failure()).isEqualTo(fates.contains(Fate.UNDELIVERED) ? NOT_NOW : null);
    }

    @Test
    void aRecordIsTheEventWithTheHostAsKeyAndItsOwnTime() {
        flight.send(producer::send, "t", KEY, new SomeEvents(3), null);

        assertThat(producer.history())
                .extracting(ProducerRecord::value)
                .containsExactly(new byte[] {0}, new byte[] {1}, new byte[] {2});
        assertThat(producer.history())
                .extracting(ProducerRecord::timestamp)
                .containsExactly(1_790_000_000_000L, 1_790_000_000_000L, 1_790_000_000_001L);
        assertThat(producer.history()).allSatisfy(record -> {
            assertThat(record.key()).isEqualTo(KEY);
            assertThat(record.topic()).isEqualTo("t");
        });
    }

    @Test
    void onlyTheEventsThatAreAskedForAreSent() {
        BitSet which = new BitSet();
        which.set(1);
        which.set(3);
        flight.send(producer::send, "t", KEY, new SomeEvents(5), which);
        producer.completeNext();
        producer.errorNext(NOT_NOW);

        assertThat(producer.history()).extracting(ProducerRecord::value).containsExactly(new byte[] {1}, new byte[] {3
        });
        assertThat(flight.acked()).isEqualTo(1);
        assertThat(flight.undelivered().stream()).containsExactly(3);
    }

    @Test
    void afterAnEventForWhichTheClientWaitedInVainTheRestIsNotTried() {
        producer.sendException = new IllegalStateException("Cannot perform operation after producer has been closed");
        flight.send(producer::send, "t", KEY, new SomeEvents(4), null);

        assertThat(producer.history()).isEmpty();
        assertThat(landed).containsExactly(flight);
        assertThat(flight.undelivered().cardinality()).isEqualTo(4);
    }

    @Test
    void nothingOfAnEarlierFlightIsLeft() {
        flight.send(producer::send, "t", KEY, new SomeEvents(2), null);
        producer.errorNext(NEVER);
        producer.errorNext(NOT_NOW);
        landed.remove();

        flight.send(producer::send, "t", KEY, new SomeEvents(3), null);
        IntStream.range(0, 3).forEach(i -> producer.completeNext());

        assertThat(landed).containsExactly(flight);
        assertThat(flight.acked()).isEqualTo(3);
        assertThat(flight.rejected()).isEmpty();
        assertThat(flight.undelivered().isEmpty()).isTrue();
        assertThat(flight.failure()).isNull();
    }

    @Provide
    Arbitrary<List<Fate>> fates() {
        return Arbitraries.of(Fate.class).list().ofMinSize(1).ofMaxSize(60);
    }

    static MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static BitSet count(List<Fate> fates, Fate wanted) {
        BitSet which = new BitSet();
        IntStream.range(0, fates.size()).filter(i -> fates.get(i) == wanted).forEach(which::set);
        return which;
    }
}
