package io.skbstream.example;

import static io.skbstream.example.SomeEvents.SESSION;
import static io.skbstream.example.SomeEvents.T0;
import static io.skbstream.example.SomeEvents.after;
import static io.skbstream.example.SomeEvents.event;
import static io.skbstream.example.SomeEvents.ledger;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.Hook;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.avro.SessionState;
import io.skbstream.avro.Talker;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.AvroSerde;
import io.skbstream.schemas.AvroSerializer;
import io.skbstream.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoopbackTopologyTest {
    private final List<LoopbackByHost> shown = new ArrayList<>();
    private final SomeCoverage coverage = new SomeCoverage();
    private TopologyTestDriver driver;
    private TestInputTopic<String, NetifReceive> input;
    private TestInputTopic<String, AgentLedger> ledgers;
    private TestOutputTopic<String, LoopbackByHost> output;

    @BeforeEach
    void open() {
        open(T0);
    }

    private void reopen(Instant now) {
        driver.close();
        open(now);
    }

    /** The topology as all tests have it: events of topic in, ledgers of topic ledgers, without a registry. */
    static Topology topology(Windows windows, Consumer<LoopbackByHost> view) {
        return topology(windows, Coverage.of(1), view);
    }

    private static Topology topology(Windows windows, Coverage coverage, Consumer<LoopbackByHost> view) {
        return LoopbackTopology.of(
                "in",
                AvroSerde.of(NetifReceive.class),
                AvroSerde.of(LoopbackByHost.class),
                "ledgers",
                windows,
                coverage,
                view);
    }

    private void open(Instant now) {
        Properties settings = Job.defaults();
        settings.put(DeadLetters.COUNT_CONFIG, new LongAdder());
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "job");
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0"); // every change is a row at once
        var windows = new Windows(Duration.ofSeconds(10), Duration.ofHours(1));
        driver = new TopologyTestDriver(topology(windows, coverage, shown::add), settings, now);
        input = driver.createInputTopic("in", new StringSerializer(), new AvroSerializer<>());
        ledgers = driver.createInputTopic("ledgers", new StringSerializer(), new AvroSerializer<>());
        output = driver.createOutputTopic(
                Topics.LOOPBACK_BY_HOST, new StringDeserializer(), new AvroDeserializer<>(LoopbackByHost.class));
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void packetsAndBytesOfLoopbackAreSummedByHostAndWindow() {
        send("web-1", 0, 0, "0s", "lo", 84);
        send("web-1", 0, 1, "9.999s", "lo", 1500);
        send("db-1", 0, 0, "5s", "lo", 60);
        send("web-1", 0, 2, "10s", "lo", 100);
        assertThat(sums())
                .containsExactly(
                        tuple("db-1", 0L, 1L, 60L, 1L, 0L, 0L, 0L),
                        tuple("web-1", 0L, 2L, 1584L, 2L, 0L, 0L, 0L),
                        tuple("web-1", 10L, 1L, 100L, 1L, 0L, 0L, 0L));
        assertThat(rows()).allSatisfy(row -> assertThat(row.getWindowEnd())
                .isEqualTo(row.getWindowStart().plusSeconds(10)));
    }

    @Test
    void otherDevicesCountAsEventsOnly() {
        send("web-1", 0, 0, "1s", "eth0", 1500);
        send("web-1", 0, 1, "2s", "lo", 84);
        send("web-1", 0, 2, "3s", "lo1", 84);
        assertThat(sums()).containsExactly(tuple("web-1", 0L, 1L, 84L, 3L, 0L, 0L, 0L));
        assertThat(rows().get(0).getTalkers()).containsExactly(new Talker("ping", 1L, 84L, 0L));
        assertThat(rows().get(0).getHistogram()).containsExactly(0L, 0L, 0L, 0L, 0L, 0L, 1L);
    }

    @Test
    void gapsAreCountedWithinEachSessionAndCpu() {
        send("web-1", 0, 0, "1s", "lo", 1);
        send("web-1", 1, 0, "1s", "lo", 1);
        send("web-1", 0, 3, "2s", "lo", 1);
        send("web-1", 1, 1, "2s", "lo", 1);
        send("web-1", 1, 11, "12s", "lo", 1);
        assertThat(sums())
                .containsExactly(
                        tuple("web-1", 0L, 4L, 4L, 4L, 2L, 0L, 0L), tuple("web-1", 10L, 1L, 1L, 1L, 9L, 0L, 0L));
    }

    @Test
    void aRestartedAgentIsNoGapButAnotherSession() {
        send("web-1", 0, 0, "1s", "lo", 1);
        input.pipeInput("web-1", event("web-1", SESSION + 5000, 0, 0, after("6s"), "lo", 1, "ping"));
        input.pipeInput("web-1", event("web-1", SESSION + 5000, 0, 2, after("7s"), "lo", 1, "ping"));
        assertThat(sums()).containsExactly(tuple("web-1", 0L, 3L, 3L, 3L, 1L, 0L, 0L));
        assertThat(rows().get(0).getSessions()).containsExactly(SESSION + 5000, SESSION);
    }

    @Test
    void ofManySessionsTheNewestAreNamed() {
        for (long session : new long[] {5, 1, 9, 3, 7, 2, 8, 4, 6, 5, 10}) {
            input.pipeInput("web-1", event("web-1", session, 0, 0, after("1s"), "lo", 1, "ping"));
        }
        assertThat(rows().get(0).getSessions()).containsExactly(10L, 9L, 8L, 7L, 6L, 5L, 4L, 3L);
    }

    @Test
    void whatIsMissingBeforeTheFirstEventOfASessionIsLostToo() {
        send("web-1", 0, 7, "1s", "lo", 1);
        send("web-1", 1, 2, "11s", "lo", 1);
        assertThat(sums())
                .containsExactly(
                        tuple("web-1", 0L, 1L, 1L, 1L, 7L, 0L, 0L), tuple("web-1", 10L, 1L, 1L, 1L, 2L, 0L, 0L));
    }

    @Test
    void aJobThatJoinsAnOldTopicCountsFromZeroOnlyWhereTheAgentStartedAfterIt() {
        Instant joined = T0.plusSeconds(100);
        reopen(joined);
        driver.createInputTopic("in", new StringSerializer(), new ByteArraySerializer())
                .pipeInput("web-1", new byte[] {1, 2, 3}); // so the first event is not the first record
        send("web-1", 0, 1000, "101s", "lo", 1);
        input.pipeInput("web-1", event("web-1", joined.toEpochMilli(), 0, 4, after("102s"), "lo", 1, "ping"));
        assertThat(sums()).containsExactly(tuple("web-1", 100L, 2L, 2L, 2L, 4L, 0L, 0L));
    }

    @Test
    void aSessionOfMoreThanADayAgoIsNotCountedFromZero() {
        send("web-1", 0, 5, "25h9.999s", "lo", 1); // a day, the window's length and its grace
        send("web-1", 1, 5, "25h10s", "lo", 1);
        assertThat(sums())
                .containsExactly(
                        tuple("web-1", 90000L, 1L, 1L, 1L, 5L, 0L, 0L), tuple("web-1", 90010L, 1L, 1L, 1L, 0L, 0L, 0L));
    }

    @Test
    void anEventInTheMiddleOfAGapTakesTheLossesBeforeItToItsOwnWindow() {
        send("web-1", 0, 0, "1s", "lo", 1);
        send("web-1", 0, 10, "21s", "lo", 1);
        send("web-1", 0, 6, "11s", "lo", 1);
        send("web-1", 0, 2, "2s", "lo", 1);
        assertThat(sums())
                .containsExactly(
                        tuple("web-1", 0L, 2L, 2L, 2L, 1L, 0L, 0L),
                        tuple("web-1", 10L, 1L, 1L, 1L, 3L, 0L, 0L),
                        tuple("web-1", 20L, 1L, 1L, 1L, 3L, 0L, 0L));
    }

    @Test
    void anEventThatComesAfterAllIsCountedOnceInItsOwnWindowAndIsMissingNoMore() {
        send("web-1", 0, 0, "1s", "lo", 10);
        send("web-1", 0, 3, "11s", "lo", 10);
        send("web-1", 0, 1, "9s", "lo", 10);
        send("web-1", 0, 1, "9s", "lo", 10);
        assertThat(sums())
                .containsExactly(
                        tuple("web-1", 0L, 2L, 20L, 2L, 0L, 1L, 0L), tuple("web-1", 10L, 1L, 10L, 1L, 1L, 0L, 0L));
    }

    @Test
    void anEventAfterItsWindowsGraceIsLateInTheWindowThatIsOpenAndStaysMissing() {
        send("web-1", 0, 0, "0s", "lo", 1);
        send("web-1", 0, 2, "1h9.999s", "lo", 1);
        send("web-1", 1, 0, "1s", "lo", 1); // just in time
        send("db-1", 0, 0, "1h10s", "lo", 1); // now the first window is closed, for all hosts of the partition
        send("web-1", 0, 1, "9s", "lo", 1);
        send("web-1", 1, 0, "1s", "lo", 1); // a duplicate, if it were not late
        send("web-1", 1, 1, "11s", "lo", 1);
        assertThat(sums())
                .containsExactly(
                        tuple("db-1", 3610L, 1L, 1L, 1L, 0L, 0L, 0L),
                        tuple("web-1", 0L, 2L, 2L, 2L, 0L, 0L, 0L),
                        tuple("web-1", 10L, 1L, 1L, 1L, 0L, 0L, 0L),
                        tuple("web-1", 3600L, 1L, 1L, 1L, 1L, 0L, 0L),
                        tuple("web-1", 3610L, 0L, 0L, 0L, 0L, 0L, 2L));
    }

    @Test
    void aCpuThatWasSilentForLongIsForgotten() {
        send("web-1", 0, 0, "0s", "lo", 1);
        send("web-1", 1, 0, "25h20m", "lo", 1);
        send("web-1", 0, 9, "25h20m", "lo", 1);
        assertThat(rows()).extracting(LoopbackByHost::getMissing).containsExactly(0L, 0L);
        assertThat(driver.getKeyValueStore(Accountant.SEQUENCES).all())
                .toIterable()
                .hasSize(2);
    }

    @Test
    void packetsAreCountedByThePowerOfTwoOfTheirSize() {
        int seq = 0;
        for (int len : new int[] {0, 1, 2, 3, 4, 7, 8, 1023, 1024, 65535, 65536, Integer.MAX_VALUE}) {
            send("web-1", 0, seq++, "1s", "lo", len);
        }
        Long[] expected = new Long[31];
        Arrays.fill(expected, 0L);
        expected[0] = 2L;
        expected[1] = 2L;
        expected[2] = 2L;
        expected[3] = expected[9] = expected[10] = expected[15] = expected[16] = expected[30] = 1L;
        assertThat(rows().get(0).getHistogram()).containsExactly(expected);
    }

    @Test
    void aRowSaysWhatTheLedgersOfItsSessionsSay() {
        ledgers.pipeInput("web-1/" + SESSION, ledger("web-1", SESSION, SessionState.KILLED, 100, 7));
        ledgers.pipeInput("web-1/" + (SESSION + 1), ledger("web-1", SESSION + 1, SessionState.RUNNING, 10, 1));
        ledgers.pipeInput("db-1/" + SESSION, ledger("db-1", SESSION, SessionState.RUNNING, 1, 1));
        send("web-1", 0, 0, "1s", "lo", 1);
        input.pipeInput("web-1", event("web-1", SESSION + 1, 0, 0, after("2s"), "lo", 1, "ping"));
        assertThat(rows()).singleElement().satisfies(row -> {
            assertThat(row.getHook()).isEqualTo(Hook.FENTRY);
            assertThat(row.getAgentState()).isEqualTo(SessionState.RUNNING);
            assertThat(row.getKernel()).isEqualTo("6.1.0");
            assertThat(row.getLedgerTime()).isEqualTo(T0.plusMillis(10));
            assertThat(row.getLossByCause())
                    .isEqualTo(Map.of(
                            "ring_full", 110L, "evicted", 4L, "rejected", 6L, "spool_failed", 8L, "abandoned", 10L));
            assertThat(row.getWaiting()).isEqualTo(8);
        });
    }

    @Test
    void whatNoLedgerTellsIsUnknown() {
        send("web-1", 0, 0, "1s", "lo", 1);
        ledgers.pipeInput("web-1/" + (SESSION + 1), ledger("web-1", SESSION + 1, SessionState.RUNNING, 10, 1));
        input.pipeInput("web-1", event("web-1", SESSION + 1, 0, 0, after("2s"), "lo", 1, "ping"));
        assertThat(shown.get(0).getHook()).isEqualTo(Hook.UNKNOWN);
        assertThat(shown.get(0).getAgentState()).isEqualTo(SessionState.UNKNOWN);
        assertThat(shown.get(0).getKernel()).isNull();
        assertThat(shown.get(0).getLedgerTime()).isNull();
        assertThat(shown.get(0).getLossByCause()).isNull();
        assertThat(shown.get(0).getWaiting()).isNull();
        LoopbackByHost twoSessions = rows().get(0);
        assertThat(twoSessions.getAgentState()).isEqualTo(SessionState.RUNNING);
        assertThat(twoSessions.getLossByCause())
                .as("that of one session is not all")
                .isNull();
    }

    @Test
    void aLedgerIsForgottenAMonthAfterItWasSaid() {
        ledgers.pipeInput("web-1/" + SESSION, ledger("web-1", SESSION, SessionState.STOPPED, 100, 7));
        send("web-1", 0, 0, "1s", "lo", 1);
        driver.advanceWallClockTime(RecentLedgers.KEPT);
        ledgers.pipeInput("db-1/" + SESSION, ledger("db-1", SESSION, SessionState.STOPPED, 1, 1));
        send("web-1", 0, 1, "2s", "lo", 1);
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        ledgers.pipeInput("web-1/" + SESSION, ledger("web-1", SESSION, SessionState.STOPPED, 100, 7));
        send("web-1", 0, 2, "3s", "lo", 1);
        assertThat(shown)
                .extracting(LoopbackByHost::getAgentState)
                .containsExactly(SessionState.STOPPED, SessionState.STOPPED, SessionState.UNKNOWN);
        driver.advanceWallClockTime(Duration.ofHours(1));
        ledgers.pipeInput("db-1/" + SESSION, ledger("db-1", SESSION, SessionState.STOPPED, 1, 1));
        assertThat(driver.<String, byte[]>getKeyValueStore(RecentLedgers.STORE).all())
                .toIterable()
                .isEmpty();
    }

    @Test
    void sessionsThatRanAtTheSameTimeAreAgentsThatShareAName() {
        long later = SESSION + 10_000;
        ledgers.pipeInput("web-1/" + SESSION, ledger("web-1", SESSION, SessionState.RUNNING, 11_000, 0));
        ledgers.pipeInput("web-1/" + later, ledger("web-1", later, SessionState.RUNNING, 20_000, 0));
        send("web-1", 0, 0, "1s", "lo", 1);
        input.pipeInput("web-1", event("web-1", later, 0, 0, after("2s"), "lo", 1, "ping"));
        ledgers.pipeInput("web-1/" + SESSION, ledger("web-1", SESSION, SessionState.RUNNING, 11_001, 0));
        send("web-1", 0, 1, "3s", "lo", 1);
        send("db-1", 0, 0, "1s", "lo", 1);
        assertThat(shown)
                .extracting(LoopbackByHost::getHost, LoopbackByHost::getAgents)
                .as("one alone, a restart with a step of the clock of 1 s, both at once, without a ledger")
                .containsExactly(tuple("web-1", 1), tuple("web-1", 1), tuple("web-1", 2), tuple("db-1", 0));
    }

    @Test
    void aPartialRowIsWrittenAgainWhenItsWindowIsClosedOrAllIsRead() {
        coverage.partial = true;
        send("web-1", 0, 0, "1s", "lo", 84);
        send("db-1", 0, 0, "12s", "lo", 84);
        send("web-1", 0, 1, "2s", "lo", 84);
        assertThat(partial()).containsExactly(true, true, true);
        send("web-1", 0, 2, "2h", "lo", 84);
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(partial())
                .as("the first two windows are closed")
                .containsExactly(true, true, true, true, false, false);
        coverage.partial = false;
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        assertThat(partial()).containsExactly(true, true, true, true, false, false, false);
        driver.advanceWallClockTime(Duration.ofSeconds(5));
        assertThat(shown).as("once is enough").hasSize(7);
        assertThat(sums())
                .containsExactly(
                        tuple("db-1", 10L, 1L, 84L, 1L, 0L, 0L, 0L),
                        tuple("web-1", 0L, 2L, 168L, 2L, 0L, 0L, 0L),
                        tuple("web-1", 7200L, 1L, 84L, 1L, 0L, 0L, 0L));
    }

    @Test
    void anEventThatWasMovedCountsOnlyAsTheCopyThatCameHome() {
        coverage.movedBelow = 2;
        send("web-1", 0, 0, "1s", "lo", 1);
        send("web-1", 0, 1, "1s", "lo", 1);
        assertThat(shown).isEmpty();
        var home = driver.createInputTopic(
                StateMove.straysOf("job"), new StringSerializer(), new AvroSerializer<NetifReceive>());
        home.pipeInput("web-1", event("web-1", SESSION, 0, 0, after("1s"), "lo", 1, "ping"));
        home.pipeInput("web-1", event("web-1", SESSION, 0, 1, after("1s"), "lo", 1, "ping"));
        send("web-1", 0, 2, "1s", "lo", 1);
        assertThat(sums()).containsExactly(tuple("web-1", 0L, 3L, 3L, 3L, 0L, 0L, 0L));
    }

    private List<Boolean> partial() {
        return shown.stream().map(LoopbackByHost::getPartial).toList();
    }

    /** Of a topic with one partition, until a test says otherwise. */
    private static final class SomeCoverage implements Coverage {
        private boolean partial;
        private long movedBelow;

        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public boolean wasMoved(String host, int partition, long offset) {
            return offset < movedBelow;
        }

        @Override
        public boolean isPartial() {
            return partial;
        }

        @Override
        public void verify() {}
    }

    @Test
    void aLedgerThatCannotBeReadIsAsGoodAsNone() {
        driver.createInputTopic("ledgers", new StringSerializer(), new ByteArraySerializer())
                .pipeInput("web-1/" + SESSION, new byte[] {1, 2, 3});
        send("web-1", 0, 0, "1s", "lo", 1);
        assertThat(rows()).singleElement().satisfies(row -> assertThat(row.getLossByCause())
                .isNull());
    }

    @Test
    void everyRowThatIsWrittenIsShownAndHasItsHostAsKey() {
        send("web-1", 0, 0, "1s", "lo", 1);
        send("web-1", 0, 5, "2s", "lo", 1);
        var written = output.readKeyValuesToList();
        assertThat(written).extracting(row -> row.value).isEqualTo(shown).isNotEmpty();
        assertThat(written).extracting(row -> row.key).containsOnly("web-1");
    }

    private void send(String host, int cpu, long seq, String after, String device, int len) {
        input.pipeInput(host, event(host, SESSION, cpu, seq, after(after), device, len, "ping"));
    }

    /** The newest row of each host and window, sorted by host, then window. */
    private List<LoopbackByHost> rows() {
        Map<String, LoopbackByHost> newest = new TreeMap<>();
        shown.forEach(row -> newest.put(row.getHost() + row.getWindowStart(), row));
        return List.copyOf(newest.values());
    }

    /** Host, start in s, packets, bytes, events, missing, duplicates, late. */
    private List<Tuple> sums() {
        return rows().stream()
                .map(row -> tuple(
                        row.getHost(),
                        Duration.between(T0, row.getWindowStart()).toSeconds(),
                        row.getPackets(),
                        row.getBytes(),
                        row.getEvents(),
                        row.getMissing(),
                        row.getDuplicates(),
                        row.getLate()))
                .toList();
    }
}
