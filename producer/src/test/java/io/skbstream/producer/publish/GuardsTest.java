package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class GuardsTest {

    private final SetClock clock = new SetClock();
    private final Guards guards = Guards.on(2, 1000, clock);

    @Test
    void aBatchOfWhichNothingArrivedOpensTheBreaker() {
        guards.landed(failed(new TimeoutException("expired"), 3, 0));

        assertThat(guards.breakerState()).isEqualTo("OPEN");
        assertThat(guards.mayProbeOrSend()).isFalse();
    }

    @Test
    void aBatchOfWhichSomethingArrivedShowsThatTheWayIsOpen() {
        guards.landed(failed(new TimeoutException("expired"), 3, 1));

        assertThat(guards.isClosed()).isTrue();
    }

    @Test
    void recordsThatAreRefusedForGoodSayNothingAgainstKafka() {
        guards.landed(failed(new RecordTooLargeException("too large"), 3, 0));

        assertThat(guards.isClosed()).isTrue();
    }

    @Test
    void oneRefusalOfTheConnectionOpensTheBreakerHoweverWellItWentBefore() {
        for (int i = 0; i < 20; i++) {
            guards.landed(failed(null, 1, 1));
        }
        guards.landed(failed(new TimeoutException("expired"), 3, 0));
        assertThat(guards.isClosed()).as("one time-out among many arrivals").isTrue();

        guards.landed(failed(new TopicAuthorizationException("no Write"), 3, 0));
        assertThat(guards.breakerState()).isEqualTo("OPEN");
    }

    @Test
    void afterAPauseOneBatchMayProbeAndTheNextPauseIsLonger() {
        var recoveries = new AtomicInteger();
        guards.onRecovery(recoveries::incrementAndGet);
        guards.landed(failed(new TimeoutException("expired"), 1, 0));
        assertThat(guards.mayProbeOrSend()).as("at once").isFalse();
        clock.advance(Duration.ofMillis(1001));
        assertThat(guards.mayProbeOrSend()).isTrue();
        assertThat(guards.mayProbeOrSend()).as("a second one beside the probe").isFalse();
        guards.landed(failed(new TimeoutException("expired"), 1, 0));
        clock.advance(Duration.ofMillis(1001));
        assertThat(guards.mayProbeOrSend()).as("after the first pause again").isFalse();
        clock.advance(Duration.ofMillis(1000));
        assertThat(guards.mayProbeOrSend()).isTrue();
        assertThat(recoveries).hasValue(0);
        guards.landed(failed(null, 1, 1));

        assertThat(guards.isClosed()).isTrue();
        assertThat(recoveries).hasValue(1);
        guards.landed(failed(null, 1, 1));
        assertThat(recoveries).as("none without a failure before").hasValue(1);
    }

    @Test
    void theBulkheadHasRoomForSoManyAndGetsItBack() {
        assertThat(guards.hasRoom()).isTrue();
        assertThat(guards.hasRoom()).isTrue();
        assertThat(guards.hasRoom()).isFalse();
        guards.arrived();
        assertThat(guards.hasRoom()).isTrue();
    }

    @Test
    void replayIsHeldToItsRateAlsoInBlocksThatAreLargerThanOnePeriodAllows() {
        long startNs = System.nanoTime();
        long waitNs = 0;
        for (int events = 0; events < 5000; events += 1000) {
            waitNs = guards.replayPauseNs(1000);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - startNs + waitNs))
                .as("from the first to the last")
                .isGreaterThan(Duration.ofMillis(4500));
        assertThat(Duration.ofNanos(waitNs)).isLessThan(Duration.ofMillis(5100));
    }

    @Test
    void switchedOffTheyLetEverythingThrough() {
        Guards off = Guards.off(1, 1000);
        off.landed(failed(new TopicAuthorizationException("no Write"), 1, 0));

        assertThat(off.mayProbeOrSend()).isTrue();
        assertThat(off.hasRoom()).isTrue();
        assertThat(off.hasRoom()).isTrue();
    }

    /** Stands still until the test moves it. */
    private static final class SetClock extends Clock {
        private Instant now = Instant.EPOCH;

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** A landed flight of so many events, of which the first ones arrived. */
    private static Flight failed(RuntimeException failure, int events, int arrived) {
        Flight flight = new Flight(new AckedLogs().of("h", 1), new LinkedBlockingQueue<>());
        MockProducer<byte[], byte[]> producer = FlightTest.producer();
        flight.send(producer::send, "t", new byte[] {'h'}, new SomeEvents(events), null);
        for (int i = 0; i < events; i++) {
            if (i < arrived) {
                producer.completeNext();
            } else {
                producer.errorNext(failure);
            }
        }
        return flight;
    }
}
