package io.skbstream.producer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.DeviceTotal;
import io.skbstream.producer.agent.AgentStatus;
import io.skbstream.producer.ledger.Entry;
import io.skbstream.producer.ledger.Ledger;
import io.skbstream.producer.publish.SchemaIds;
import io.skbstream.producer.spool.SpoolState;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentMetersTest {

    private static final String[] LO = {"device=\"lo\"", "netns=\"4026531840\"", "netns_cookie=\"7\""};

    private AgentStatus status = new SomeStatus().build();
    private Producer<byte[], byte[]> client = client("first", 1);
    private final AgentMeters meters = new AgentMeters(() -> status, () -> client);

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void everyLineOfTheLedgerIsAMetric() {
        Exposition shown = scrape();

        for (Entry entry : Entry.values()) {
            String name = "skbstream_" + entry.key();
            boolean gauge = entry == Entry.SPOOLED || entry == Entry.IN_FLIGHT;
            assertThat(shown.sum(gauge ? name : name + "_total"))
                    .as(name)
                    .isEqualTo(((Long) status.record().get(field(entry))).doubleValue())
                    .isPositive();
            assertThat(shown.types()).containsEntry(gauge ? name : name + "_total", gauge ? "gauge" : "counter");
        }
    }

    @Test
    void everyNumberFollowsTheNextStatus() {
        scrape();
        SomeStatus next = new SomeStatus();
        next.record().setHits(2000).setAcked(1597).setCaptured(1650);
        status = next.build();

        Exposition shown = scrape();
        assertThat(shown.value("skbstream_hits_total")).isEqualTo(2000);
        assertThat(shown.value("skbstream_acked_total")).isEqualTo(1597);
    }

    @Test
    void hostAndHookAreLabelsOfEverySeries() {
        assertThat(meters.scrape().lines().filter(line -> !line.startsWith("#")))
                .isNotEmpty()
                .allMatch(line -> line.contains("host=\"vm\"") && line.contains("hook=\"kprobe\""));
    }

    @Test
    void reasonsOfRejectionAppearAsTheyComeAndTheirSumIsTheEntry() {
        SomeStatus more = new SomeStatus();
        more.record()
                .setRejected(9)
                .setRejectedBy(new TreeMap<>(Map.of(
                        "RecordTooLargeException", 2L, "InvalidTimestampException", 3L, "InvalidRecordException", 4L)));
        assertThat(scrape().count("skbstream_rejected_total")).isEqualTo(2);
        status = more.build();

        Exposition shown = scrape();
        assertThat(shown.value("skbstream_rejected_total", "reason=\"InvalidRecordException\""))
                .isEqualTo(4);
        assertThat(shown.sum("skbstream_rejected_total")).isEqualTo(9);
    }

    @Test
    void lossesByCauseAreThereFromTheStartAndSumUpToTheLedgers() {
        Exposition shown = scrape();

        assertThat(shown.sum("skbstream_lost_total")).isEqualTo(status.ledger().lost());
        assertThat(shown.count("skbstream_lost_total")).isEqualTo(Ledger.LOSSES.size());
        assertThat(shown.value("skbstream_lost_total", "cause=\"spool_failed\""))
                .isEqualTo(8);
    }

    @Test
    void howFullAndHowOldThingsAreIsInBytesAndSeconds() {
        Exposition shown = scrape();
        long oldestMs = SomeStatus.SPOOL.oldestMs().orElseThrow();

        assertThat(shown.value("skbstream_ring_bytes")).isEqualTo(4096);
        assertThat(shown.value("skbstream_ring_capacity_bytes")).isEqualTo(65_536);
        assertThat(shown.value("skbstream_batches_in_use")).isEqualTo(5);
        assertThat(shown.value("skbstream_batches")).isEqualTo(128);
        assertThat(shown.value("skbstream_capture_blocked_max_seconds")).isEqualTo(0.003);
        assertThat(shown.value("skbstream_spool_bytes")).isEqualTo(7_000);
        assertThat(shown.value("skbstream_spool_max_bytes")).isEqualTo(100_000);
        assertThat(shown.value("skbstream_spool_events")).isEqualTo(70);
        assertThat(shown.value("skbstream_spool_segments")).isEqualTo(2);
        assertThat(shown.value("skbstream_spool_oldest_age_seconds"))
                .isBetween(60.0, (System.currentTimeMillis() - oldestMs) / 1e3);
        assertThat(shown.value("skbstream_spool_failing")).isZero();
        assertThat(shown.value("skbstream_replayed_total")).isEqualTo(41);
        assertThat(shown.value("skbstream_recursion_misses_total")).isEqualTo(11);
        assertThat(shown.value("skbstream_nmissed_total")).isEqualTo(12);
        assertThat(shown.value("skbstream_session_start_time_seconds")).isEqualTo(1_790_000_000.5);
        assertThat(shown.value(
                        "skbstream_agent_info", "kernel=\"6.1.0\"", "session=\"1790000000500\"", "version=\"0.1.0\""))
                .isEqualTo(1);
    }

    @Test
    void anEmptySpoolHasNoAgeAndAFailingOneSaysSo() {
        status = new SomeStatus()
                .with(new SpoolState(0, 100, 0, 0, OptionalLong.empty(), Optional.of("No space left on device")))
                .build();

        assertThat(scrape().value("skbstream_spool_oldest_age_seconds")).isZero();
        assertThat(scrape().value("skbstream_spool_failing")).isEqualTo(1);
    }

    @Test
    void theBreakerIsInExactlyOneState() {
        for (String state : List.of("CLOSED", "OPEN", "HALF_OPEN")) {
            status = new SomeStatus().breaker(state).build();
            assertThat(scrape().sum("skbstream_breaker_state")).isEqualTo(1);
            assertThat(scrape().value("skbstream_breaker_state", "state=\"" + state.toLowerCase(Locale.ROOT) + "\""))
                    .isEqualTo(1);
        }
    }

    @Test
    void theRegistryIsInExactlyOneStateAndInNoneWhereThereIsNone() {
        assertThat(scrape().types()).doesNotContainKey("skbstream_registry_state");
        for (var state : List.of(SchemaIds.State.OK, SchemaIds.State.CACHED, SchemaIds.State.MISSING)) {
            AgentStatus one = new SomeStatus().registry(state).build();
            try (var others = new AgentMeters(() -> one, () -> client)) {
                Exposition page = new Exposition(others.scrape());
                assertThat(page.sum("skbstream_registry_state")).isEqualTo(1);
                assertThat(page.value(
                                "skbstream_registry_state",
                                "state=\"" + state.name().toLowerCase(Locale.ROOT) + "\""))
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void whatTheKernelDoesNotCountIsAbsentAndNotZero() {
        SomeStatus old = new SomeStatus();
        old.record().setNmissed(null).setRecursionMisses(null);
        status = old.build();
        try (var others = new AgentMeters(() -> status, () -> client)) {
            assertThat(others.scrape())
                    .contains("skbstream_hits_total")
                    .doesNotContain("nmissed")
                    .doesNotContain("recursion");
        }
    }

    @Test
    void latencyIsAHistogramInSeconds() {
        meters.captureToAck(Duration.ofMillis(20).toNanos());
        meters.captureToAck(Duration.ofSeconds(3).toNanos());

        Exposition shown = scrape();
        assertThat(shown.value("skbstream_capture_to_ack_seconds_bucket", "le=\"0.01\""))
                .isZero();
        assertThat(shown.value("skbstream_capture_to_ack_seconds_bucket", "le=\"0.025\""))
                .isEqualTo(1);
        assertThat(shown.value("skbstream_capture_to_ack_seconds_bucket", "le=\"60.0\""))
                .isEqualTo(2);
        assertThat(shown.value("skbstream_capture_to_ack_seconds_sum")).isEqualTo(3.02);
        assertThat(shown.value("skbstream_capture_to_ack_seconds_max")).isEqualTo(3);
    }

    @Test
    void eachDeviceHasItsExactTotalsAndTheSumIsThatOfAllHits() {
        Exposition shown = scrape();

        assertThat(shown.value("skbstream_device_packets_total", LO)).isEqualTo(996);
        assertThat(shown.value("skbstream_device_bytes_total", LO)).isEqualTo(225_000);
        assertThat(shown.sum("skbstream_device_packets_total")).isEqualTo(1000);
        assertThat(shown.sum("skbstream_device_bytes_total")).isEqualTo(225_600);
    }

    @Test
    void aDeviceThatCameAgainUnderItsNameGoesOnInItsSeries() {
        SomeStatus twice = new SomeStatus();
        twice.record()
                .setDevices(List.of(
                        new DeviceTotal(1L, 9L, 7, "veth0", 10L, 100L), new DeviceTotal(1L, 9L, 8, "veth0", 5L, 50L)));
        status = twice.build();

        assertThat(scrape().sum("skbstream_device_packets_total")).isEqualTo(15 + 4);
        assertThat(scrape().count("skbstream_device_packets_total")).isEqualTo(2);
    }

    @Test
    void namespacesThatHadOneInodeInSuccessionHaveSeriesOfTheirOwn() {
        SomeStatus two = new SomeStatus();
        two.record()
                .setDevices(List.of(
                        new DeviceTotal(1L, 9L, 2, "eth0", 10L, 100L), new DeviceTotal(1L, 10L, 2, "eth0", 5L, 50L)));
        status = two.build();

        Exposition shown = scrape();
        for (var packets : Map.of("9", 10, "10", 5).entrySet()) {
            assertThat(shown.value(
                            "skbstream_device_packets_total",
                            "device=\"eth0\"",
                            "netns=\"1\"",
                            "netns_cookie=\"" + packets.getKey() + "\""))
                    .isEqualTo(packets.getValue().doubleValue());
        }
    }

    @Test
    void devicesCannotMakeMoreSeriesThanTheirBound() {
        SomeStatus many = new SomeStatus();
        many.record()
                .setUnattributed(0)
                .setUnattributedBytes(0)
                .setDevices(IntStream.range(0, 1000)
                        .mapToObj(i -> new DeviceTotal(1L, 9L, i, "veth" + i, 1L, 10L))
                        .toList());
        status = many.build();

        Exposition shown = scrape();
        assertThat(shown.count("skbstream_device_packets_total")).isEqualTo(DeviceMeters.MOST + 1);
        assertThat(shown.sum("skbstream_device_packets_total")).isEqualTo(1000);
        assertThat(shown.sum("skbstream_device_bytes_total")).isEqualTo(10_000);
    }

    @Test
    void kafkasOwnMeasurementsFollowTheClientInUse() throws InterruptedException {
        assertThat(scrape().value("kafka_producer_first", "client_id=\"c\"", "kafka_version=\"unknown\""))
                .isEqualTo(1);
        client = client("second", 2);

        assertThat(scrape().value("kafka_producer_second", "client_id=\"c\"", "kafka_version=\"unknown\""))
                .isEqualTo(2);
        assertThat(meters.scrape()).doesNotContain("kafka_producer_first");
        awaitKafkaThreads(1);
    }

    @Test
    void nothingIsLeftOfClosedMeters() throws InterruptedException {
        meters.scrape();
        awaitKafkaThreads(1);
        meters.close();

        awaitKafkaThreads(0);
    }

    @Test
    void theJvmAndTheProcessAreMeasuredAsWell() {
        assertThat(scrape().types())
                .containsKeys("jvm_memory_used_bytes", "jvm_threads_live_threads", "process_cpu_usage");
    }

    /** As the record spells it: {@code ringFull}. */
    private static String field(Entry entry) {
        return Pattern.compile("_(.)").matcher(entry.key()).replaceAll(letter -> letter.group(1)
                .toUpperCase(Locale.ROOT));
    }

    private Exposition scrape() {
        return new Exposition(meters.scrape());
    }

    /** A thread that was told to end takes a moment. */
    private static void awaitKafkaThreads(int wanted) throws InterruptedException {
        long endNs = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        while (kafkaThreads() != wanted && System.nanoTime() - endNs < 0) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(kafkaThreads()).isEqualTo(wanted);
    }

    private static long kafkaThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("micrometer-kafka"))
                .count();
    }

    private static Producer<byte[], byte[]> client(String metric, double value) {
        MetricName name = new MetricName(metric, "producer-metrics", "", Map.of("client-id", "c"));
        KafkaMetric measured =
                new KafkaMetric(new Object(), name, (config, nowMs) -> value, new MetricConfig(), Time.SYSTEM);
        return new MockProducer<>() {
            @Override
            public Map<MetricName, Metric> metrics() {
                return Map.of(name, measured);
            }
        };
    }
}
