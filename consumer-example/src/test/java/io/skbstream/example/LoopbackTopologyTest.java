package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.Hook;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.AvroSerializer;
import io.skbstream.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoopbackTopologyTest {
    private static final Instant T0 = Instant.parse("2026-09-21T14:13:20Z");
    private static final long SESSION = 1_790_000_000_000L;

    private final List<LoopbackByHost> shown = new ArrayList<>();
    private TopologyTestDriver driver;
    private TestInputTopic<String, NetifReceive> input;
    private TestOutputTopic<String, LoopbackByHost> output;

    @BeforeEach
    @BeforeTry
    void open() {
        shown.clear();
        Properties settings = Job.defaults();
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0"); // every change is a row at once
        driver = new TopologyTestDriver(LoopbackTopology.of("in", Duration.ofSeconds(10), shown::add), settings);
        input = driver.createInputTopic("in", new StringSerializer(), new AvroSerializer<>());
        output = driver.createOutputTopic(
                Topics.LOOPBACK_BY_HOST, new StringDeserializer(), new AvroDeserializer<>(LoopbackByHost.class));
    }

    @AfterEach
    @AfterTry
    void close() {
        driver.close();
    }

    @Test
    void packetsAndBytesOfLoopbackAreSummedByHostAndWindow() {
        send("web-1", 0, 0, "0s", "lo", 84);
        send("web-1", 0, 1, "9.999s", "lo", 1500);
        send("db-1", 0, 0, "5s", "lo", 60);
        send("web-1", 0, 2, "10s", "lo", 100);
        assertThat(rows())
                .containsExactly(
                        row("db-1", 0, 1, 60, 1, 0), row("web-1", 0, 2, 1584, 2, 0), row("web-1", 10, 1, 100, 1, 0));
    }

    @Test
    void otherDevicesCountAsEventsOnly() {
        send("web-1", 0, 0, "1s", "eth0", 1500);
        send("web-1", 0, 1, "2s", "lo", 84);
        send("web-1", 0, 2, "3s", "lo1", 84);
        assertThat(rows()).containsExactly(row("web-1", 0, 1, 84, 3, 0));
    }

    @Test
    void gapsAreCountedWithinEachSessionAndCpu() {
        send("web-1", 0, 100, "1s", "lo", 1);
        send("web-1", 1, 5000, "1s", "lo", 1);
        send("web-1", 0, 103, "2s", "lo", 1);
        send("web-1", 1, 5001, "2s", "lo", 1);
        send("web-1", 1, 5011, "12s", "lo", 1);
        assertThat(rows()).containsExactly(row("web-1", 0, 4, 4, 4, 2), row("web-1", 10, 1, 1, 1, 9));
    }

    @Test
    void aRestartedAgentIsNoGap() {
        send("web-1", 0, 999, "1s", "lo", 1);
        input.pipeInput("web-1", event("web-1", SESSION + 5000, 0, 0, "6s", "lo", 1));
        input.pipeInput("web-1", event("web-1", SESSION + 5000, 0, 2, "7s", "lo", 1));
        assertThat(rows()).containsExactly(row("web-1", 0, 3, 3, 3, 1));
    }

    @Test
    void anEventThatComesLateIsCountedOnceInItsOwnWindowAndIsMissingNoMore() {
        send("web-1", 0, 0, "1s", "lo", 10);
        send("web-1", 0, 3, "11s", "lo", 10);
        send("web-1", 0, 2, "9s", "lo", 10);
        send("web-1", 0, 2, "9s", "lo", 10);
        assertThat(rows()).containsExactly(row("web-1", 0, 2, 20, 2, 0), row("web-1", 10, 1, 10, 1, 1));
    }

    @Test
    void anEventLaterThanTheGraceIsDropped() {
        send("web-1", 0, 0, "0s", "lo", 1);
        send("web-1", 0, 1, "1h10s", "lo", 1);
        send("web-1", 1, 0, "1s", "lo", 1);
        send("web-1", 1, 1, "11s", "lo", 1);
        assertThat(rows())
                .containsExactly(
                        row("web-1", 0, 1, 1, 1, 0), row("web-1", 10, 1, 1, 1, 0), row("web-1", 3610, 1, 1, 1, 0));
    }

    @Test
    void aCpuThatWasSilentForLongIsForgotten() {
        send("web-1", 0, 0, "0s", "lo", 1);
        send("web-1", 1, 0, "24h20m", "lo", 1);
        send("web-1", 0, 9, "24h20m", "lo", 1);
        assertThat(rows()).extracting(LoopbackByHost::getMissing).containsExactly(0L, 0L);
        assertThat(driver.getKeyValueStore(Accountant.STORE).all()).toIterable().hasSize(2);
    }

    @Test
    void aRecordThatCannotBeReadIsSkippedAndCounted() {
        var garbage = driver.createInputTopic("in", new StringSerializer(), new ByteArraySerializer());
        send("web-1", 0, 0, "1s", "lo", 1);
        garbage.pipeInput("web-1", new byte[] {0, 0, 0, 0, 1, 2});
        garbage.pipeInput("web-1", (byte[]) null);
        send("web-1", 0, 1, "2s", "lo", 1);
        assertThat(rows()).containsExactly(row("web-1", 0, 2, 2, 2, 0));
        assertThat(driver.metrics().values())
                .filteredOn(metric -> metric.metricName().name().equals("dropped-records-total"))
                .anySatisfy(metric -> assertThat(metric.metricValue()).isEqualTo(1.0));
    }

    @Test
    void everyRowThatIsWrittenIsShown() {
        send("web-1", 0, 0, "1s", "lo", 1);
        send("web-1", 0, 5, "2s", "lo", 1);
        assertThat(output.readValuesToList()).isEqualTo(shown).isNotEmpty();
    }

    @Property(tries = 100)
    void whatIsMissingInAllWindowsIsWhatWasLostBetweenTheFirstAndTheLastEvent(
            @ForAll @Size(min = 2, max = 300) List<@IntRange(max = 2) Integer> fates,
            @ForAll @IntRange(min = 1, max = 3) int cpus) {
        Map<Integer, List<Integer>> deliveredByCpu = new TreeMap<>();
        for (int i = 0; i < fates.size(); i++) {
            if (fates.get(i) > 0) { // every third event is lost, anywhere
                send("web-1", i % cpus, i / cpus, i + "s", "lo", 1);
                deliveredByCpu
                        .computeIfAbsent(i % cpus, cpu -> new ArrayList<>())
                        .add(i / cpus);
            }
        }
        long lost = deliveredByCpu.values().stream()
                .mapToLong(seqs -> seqs.get(seqs.size() - 1) - seqs.get(0) + 1 - seqs.size())
                .sum();
        long delivered = deliveredByCpu.values().stream().mapToLong(List::size).sum();
        assertThat(rows().stream().mapToLong(LoopbackByHost::getMissing).sum()).isEqualTo(lost);
        assertThat(rows().stream().mapToLong(LoopbackByHost::getEvents).sum()).isEqualTo(delivered);
    }

    private void send(String host, int cpu, long seq, String after, String device, int len) {
        input.pipeInput(host, event(host, SESSION, cpu, seq, after, device, len));
    }

    private static NetifReceive event(
            String host, long session, int cpu, long seq, String after, String device, int len) {
        Instant timestamp = T0.plus(Duration.parse("PT" + after));
        return new NetifReceive(
                host, session, cpu, seq, timestamp, Hook.KPROBE, device, 1, 4026531840L, 0L, len, 0, 0, "ping", 2048);
    }

    /** The newest row of each host and window, sorted by host, then window. */
    private List<LoopbackByHost> rows() {
        Map<String, LoopbackByHost> newest = new TreeMap<>();
        shown.forEach(row -> newest.put(row.getHost() + row.getWindowStart(), row));
        return List.copyOf(newest.values());
    }

    private static LoopbackByHost row(String host, long startS, long packets, long bytes, long events, long missing) {
        Instant start = T0.plusSeconds(startS);
        return new LoopbackByHost(host, start, start.plusSeconds(10), packets, bytes, events, missing);
    }
}
