package io.skbstream.example;

import static io.skbstream.example.SomeEvents.T0;
import static io.skbstream.example.SomeEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.schemas.AvroSerializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;

/** Whatever comes in whatever order, each row is what somebody finds who keeps everything and counts slowly. */
class ExactnessPropertyTest {
    private static final long WINDOW_MS = 10_000;
    private static final long GRACE_MS = 15_000;

    /** One that the job knows from its begin, and one so old that what it numbered first may have been forgotten. */
    private static final long[] SESSIONS = {T0.toEpochMilli(), 1};

    @Property(tries = 200)
    void everyRowIsTheOneOfTheNaiveCount(@ForAll("streams") List<NetifReceive> stream) {
        var naive = new NaiveCount();
        stream.forEach(naive::take);
        assertThat(rowsOf(stream)).isEqualTo(naive.rows());
    }

    /** Numbers go up over time, with gaps, and by chance back: to what was lost, to duplicates, to what is late. */
    @Provide
    Arbitrary<List<NetifReceive>> streams() {
        Arbitrary<Integer> hosts = Arbitraries.integers().between(0, 1);
        Arbitrary<Integer> sessions = Arbitraries.integers().between(0, 1);
        Arbitrary<Integer> cpus = Arbitraries.integers().between(0, 1);
        Arbitrary<Integer> steps = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.integers().between(0, 3)),
                Tuple.of(3, Arbitraries.integers().between(-4, 4)),
                Tuple.of(1, Arbitraries.integers().between(-30, 0)));
        return Combinators.combine(hosts, sessions, cpus, steps)
                .as((host, session, cpu, step) -> new int[] {host, session, cpu, step})
                .list()
                .ofMaxSize(250)
                .map(ExactnessPropertyTest::numbered);
    }

    private static List<NetifReceive> numbered(List<int[]> arrivals) {
        List<NetifReceive> stream = new ArrayList<>();
        for (int i = 0; i < arrivals.size(); i++) {
            int[] arrival = arrivals.get(i);
            int seq = Math.max(0, i / 3 + arrival[3]);
            stream.add(event(
                    "host-" + arrival[0],
                    SESSIONS[arrival[1]],
                    arrival[2],
                    seq,
                    T0.plusMillis(seq * 1500L + arrival[2] * 100),
                    seq % 4 == 0 ? "eth0" : "lo",
                    seq * 37,
                    "task-" + seq % 3));
        }
        return stream;
    }

    private static Map<String, String> rowsOf(List<NetifReceive> stream) {
        Properties settings = Job.defaults();
        settings.put(DeadLetters.COUNT_CONFIG, new LongAdder());
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0");
        var windows = new Windows(Duration.ofMillis(WINDOW_MS), Duration.ofMillis(GRACE_MS));
        Map<String, String> rows = new TreeMap<>();
        try (var driver = new TopologyTestDriver(
                LoopbackTopologyTest.topology(windows, row -> rows.put(key(row), text(row))), settings)) {
            var input = driver.createInputTopic("in", new StringSerializer(), new AvroSerializer<NetifReceive>());
            stream.forEach(event -> input.pipeInput(event.getHost(), event));
        }
        return rows;
    }

    private static String key(LoopbackByHost row) {
        return row.getHost() + ' ' + row.getWindowStart().toEpochMilli();
    }

    private static String text(LoopbackByHost row) {
        Map<String, Long> talkers = new TreeMap<>();
        row.getTalkers().forEach(talker -> talkers.put(talker.getComm(), talker.getPackets()));
        return "%d packets %d bytes %d events %d missing %d duplicates %d late %s %s"
                .formatted(
                        row.getPackets(),
                        row.getBytes(),
                        row.getEvents(),
                        row.getMissing(),
                        row.getDuplicates(),
                        row.getLate(),
                        row.getHistogram(),
                        talkers);
    }

    /** Keeps every event of every window and every number of every sequence, and counts them in the end. */
    private static final class NaiveCount {
        private final Set<String> windows = new TreeSet<>();
        private final Map<String, List<NetifReceive>> events = new HashMap<>();
        private final Map<String, Long> duplicates = new HashMap<>();
        private final Map<String, Long> late = new HashMap<>();
        private final Map<String, TreeMap<Long, String>> windowsBySeq = new HashMap<>();
        private final Map<String, Long> expectedFrom = new HashMap<>();
        private long nowMs;

        void take(NetifReceive event) {
            long timeMs = event.getTimestamp().toEpochMilli();
            nowMs = Math.max(nowMs, timeMs);
            String window = window(event.getHost(), timeMs);
            if (timeMs - timeMs % WINDOW_MS + WINDOW_MS + GRACE_MS <= nowMs) {
                window = window(event.getHost(), nowMs);
                late.merge(window, 1L, Long::sum);
            } else {
                judge(event, window);
            }
            windows.add(window);
        }

        private void judge(NetifReceive event, String window) {
            String sequence = event.getHost() + ' ' + event.getSession() + ' ' + event.getCpu();
            expectedFrom.putIfAbsent(sequence, event.getSession() == SESSIONS[0] ? 0 : event.getSeq());
            TreeMap<Long, String> seen = windowsBySeq.computeIfAbsent(sequence, first -> new TreeMap<>());
            if (seen.putIfAbsent(event.getSeq(), window) == null) {
                events.computeIfAbsent(window, name -> new ArrayList<>()).add(event);
            } else {
                duplicates.merge(window, 1L, Long::sum);
            }
        }

        Map<String, String> rows() {
            Map<String, Long> missing = new HashMap<>();
            windowsBySeq.forEach((sequence, seen) -> {
                for (long seq = expectedFrom.get(sequence); seq < seen.lastKey(); seq++) {
                    if (!seen.containsKey(seq)) {
                        missing.merge(seen.higherEntry(seq).getValue(), 1L, Long::sum);
                    }
                }
            });
            Map<String, String> rows = new TreeMap<>();
            windows.forEach(window -> rows.put(window, row(window, missing.getOrDefault(window, 0L))));
            return rows;
        }

        private String row(String window, long missing) {
            List<NetifReceive> all = events.getOrDefault(window, List.of());
            List<NetifReceive> lo =
                    all.stream().filter(event -> event.getDevice().equals("lo")).toList();
            long[] sizes = new long[32];
            Map<String, Long> talkers = new TreeMap<>();
            for (NetifReceive event : lo) {
                sizes[Integer.toBinaryString(Math.max(1, event.getLen())).length() - 1]++;
                talkers.merge(event.getComm(), 1L, Long::sum);
            }
            int used = 32;
            while (used > 0 && sizes[used - 1] == 0) {
                used--;
            }
            return "%d packets %d bytes %d events %d missing %d duplicates %d late %s %s"
                    .formatted(
                            lo.size(),
                            lo.stream().mapToLong(NetifReceive::getLen).sum(),
                            all.size(),
                            missing,
                            duplicates.getOrDefault(window, 0L),
                            late.getOrDefault(window, 0L),
                            Arrays.toString(Arrays.copyOf(sizes, used)),
                            talkers);
        }

        private static String window(String host, long timeMs) {
            return host + ' ' + (timeMs - timeMs % WINDOW_MS);
        }
    }
}
