package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import io.skbstream.example.FleetTruth.Sums;
import io.skbstream.example.FleetTruth.Window;
import io.skbstream.schemas.AvroSerializer;
import io.skbstream.simulator.fleet.Fleet;
import io.skbstream.simulator.fleet.FleetSettings;
import io.skbstream.simulator.fleet.Outlet;
import io.skbstream.simulator.fleet.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;

/** Whatever befalls a simulated fleet, each row is that of the simulator's truth, which knows nothing of this job. */
class FleetPropertyTest {
    private static final long START_MS = 1_795_600_000_000L;
    private static final long WINDOW_MS = 5_000;

    /** All that a fleet sends, and the truth about it. */
    private static final class Sent implements Outlet {
        final List<NetifReceive> events = new ArrayList<>();
        final List<AgentLedger> ledgers = new ArrayList<>();
        final FleetTruth truth;

        Sent(FleetSettings settings) {
            var fleet = new Fleet(settings);
            while (fleet.step(this)) {}
            fleet.finish(this);
            var lines = new StringBuilder();
            try {
                fleet.truth().writeTo(lines);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            truth = new FleetTruth(lines.toString().lines().toList());
        }

        @Override
        public void event(NetifReceive event) {
            events.add(event);
        }

        @Override
        public void ledger(AgentLedger ledger) {
            ledgers.add(ledger);
        }
    }

    @Property(tries = 50, shrinking = ShrinkingMode.OFF) // a smaller seed is not a smaller fleet
    void everyRowIsThatOfTheTruth(@ForAll long seed) {
        FleetSettings settings = fleet(seed);
        var sent = new Sent(settings);
        Map<Window, LoopbackByHost> rows = rowsOf(sent, settings.trouble().graceMs());
        Map<Window, Sums> sums = rows.values().stream().collect(Collectors.toMap(Window::of, Sums::of));
        assertThat(sums).as("%s", settings).isEqualTo(sent.truth.windows);
        rows.values().forEach(row -> assertThat(row.getLossByCause()).isEqualTo(sent.truth.lost(row)));
    }

    /** The newest of each window, from a job that had all ledgers before the first event. */
    private static Map<Window, LoopbackByHost> rowsOf(Sent sent, long graceMs) {
        Properties settings = Job.defaults();
        settings.put(DeadLetters.COUNT_CONFIG, new LongAdder());
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, "0");
        var windows = new Windows(Duration.ofMillis(WINDOW_MS), Duration.ofMillis(graceMs));
        Map<Window, LoopbackByHost> rows = new HashMap<>();
        try (var driver = new TopologyTestDriver(
                LoopbackTopologyTest.topology(windows, row -> rows.put(Window.of(row), row)),
                settings,
                Instant.ofEpochMilli(START_MS))) {
            var ledgers = driver.createInputTopic("ledgers", new StringSerializer(), new AvroSerializer<AgentLedger>());
            sent.ledgers.forEach(ledger -> ledgers.pipeInput(ledger.getHost() + '/' + ledger.getSession(), ledger));
            var events = driver.createInputTopic("in", new StringSerializer(), new AvroSerializer<NetifReceive>());
            sent.events.forEach(event -> events.pipeInput(event.getHost(), event));
        }
        return rows;
    }

    /** A small one, in all kinds of trouble. */
    private static FleetSettings fleet(long seed) {
        var random = new SplittableRandom(seed);
        long latestMs = random.nextLong(1000, 8001);
        long skewMs = random.nextLong(3001);
        var trouble = new Trouble(
                share(random),
                share(random),
                share(random),
                share(random),
                random.nextInt(7),
                latestMs,
                latestMs + 2 * skewMs + 1000 + random.nextLong(20_001),
                skewMs);
        return new FleetSettings(
                seed,
                random.nextInt(1, 6),
                "h",
                random.nextInt(1, 5),
                random.nextInt(1, 101),
                START_MS,
                random.nextLong(100, 60_001),
                Long.MAX_VALUE,
                WINDOW_MS,
                "in",
                1,
                trouble);
    }

    /** None, once in four times. */
    private static double share(SplittableRandom random) {
        return Math.max(0, random.nextInt(-16, 51)) / 100.0;
    }
}
