package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is said, by a clock that the test sets; {@code HungBrokerIT} has it of a real broker. */
class AcknowledgementsTest {

    private final MockProducer<byte[], byte[]> client = FlightTest.producer();
    private final AtomicLong nowNs = new AtomicLong(1);
    private final Acknowledgements acknowledgements = new Acknowledgements(() -> client, nowNs::get);
    private final Logger log = (Logger) LoggerFactory.getLogger(Acknowledgements.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private double throttleMs = Double.NaN;

    @BeforeEach
    void listen() {
        lines.start();
        log.setLevel(Level.INFO);
        log.addAppender(lines);
        MetricName name = new MetricName("produce-throttle-time-avg", "producer-metrics", "", Map.of());
        client.setMockMetrics(
                name,
                new KafkaMetric(
                        new Object(),
                        name,
                        (org.apache.kafka.common.metrics.Gauge<Double>) (config, now) -> throttleMs,
                        new MetricConfig(),
                        Time.SYSTEM));
    }

    @AfterEach
    void stop() {
        log.detachAppender(lines);
        log.setLevel(null);
    }

    @Test
    void aHungKafkaIsToldOnceAndItsEndToo() {
        acknowledgements.sent();
        after(4);
        assertThat(acknowledgements.state()).isEqualTo(Acknowledgements.State.FLOWING);
        after(2);
        assertThat(acknowledgements.state()).isEqualTo(Acknowledgements.State.STALLED);
        after(14);
        acknowledgements.landed(landed(null));
        after(0);

        said(
                "WARN Kafka has acknowledged nothing for 6 s, with 1 batches in flight",
                "INFO Kafka acknowledges again, after 20 s");
    }

    @Test
    void nothingInFlightIsNoSilence() {
        after(60);
        acknowledgements.sent();
        acknowledgements.landed(landed(null));
        after(60);

        said();
    }

    @Test
    void aBatchThatFailedIsNoRecovery() {
        acknowledgements.sent();
        after(6);
        acknowledgements.landed(landed(new TimeoutException("expired")));
        after(1);

        said("WARN Kafka has acknowledged nothing");
    }

    @Test
    void aQuotaIsToldByKafkasOwnMeasurement() {
        after(1);
        throttleMs = 812.4;
        after(1);
        assertThat(acknowledgements.state()).isEqualTo(Acknowledgements.State.THROTTLED);
        acknowledgements.sent();
        after(6);
        acknowledgements.landed(landed(null));
        throttleMs = 0;
        after(0);

        said(
                "WARN Kafka throttles this agent: a quota of its user or client.id delays answers by 812 ms",
                "INFO Kafka does not throttle this agent any more, after 6 s");
    }

    /** Kafka's measurement goes on showing the last delays for a while. */
    @Test
    void aBrokerThatHangsIsToldAlsoWhereItHasThrottledBefore() {
        throttleMs = 500;
        after(1);
        acknowledgements.sent();
        after(7);

        assertThat(acknowledgements.state()).isEqualTo(Acknowledgements.State.STALLED);
        said("WARN Kafka throttles this agent", "WARN Kafka has acknowledged nothing for 7 s");
    }

    private void after(long seconds) {
        nowNs.addAndGet(Duration.ofSeconds(seconds).toNanos() + 1);
        acknowledgements.tell(true);
    }

    private void said(String... starts) {
        assertThat(lines.list).hasSameSizeAs(starts);
        for (int i = 0; i < starts.length; i++) {
            assertThat(lines.list.get(i).getLevel() + " " + lines.list.get(i).getFormattedMessage())
                    .startsWith(starts[i]);
        }
    }

    private Flight landed(RuntimeException failure) {
        Flight flight = new Flight(new AckedLogs().of("h", 1), new LinkedBlockingQueue<>());
        flight.send(client::send, "t", new byte[] {'h'}, new SomeEvents(1), null);
        if (failure == null) {
            client.completeNext();
        } else {
            client.errorNext(failure);
        }
        return flight;
    }
}
