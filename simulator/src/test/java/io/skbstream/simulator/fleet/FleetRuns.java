package io.skbstream.simulator.fleet;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.NetifReceive;
import io.skbstream.simulator.TruthLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;

/** Fleets for tests, and what runs them. */
final class FleetRuns {
    static final long START_MS = 1_795_600_000_000L;

    private FleetRuns() {}

    /** Small ones, in all kinds of trouble. */
    static Arbitrary<FleetSettings> any() {
        Arbitrary<Double> share = Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(0.0)), Tuple.of(3, uniform(0, 50).map(percent -> percent / 100.0)));
        Arbitrary<Trouble> troubles = Combinators.combine(
                        share,
                        share,
                        share,
                        share,
                        uniform(0, 6),
                        uniform(1000, 8000),
                        uniform(0, 3000),
                        uniform(0, 20_000))
                .as((loss, duplicates, late, tooLate, restarts, latestMs, skewMs, moreGraceMs) -> new Trouble(
                        loss,
                        duplicates,
                        late,
                        tooLate,
                        restarts,
                        latestMs,
                        latestMs + 2 * skewMs + 1000 + moreGraceMs,
                        skewMs));
        return Combinators.combine(
                        Arbitraries.longs(),
                        Arbitraries.integers().between(1, 5),
                        Arbitraries.integers().between(1, 4),
                        uniform(1, 150),
                        uniform(100, 60_000),
                        troubles)
                .as(FleetRuns::fleet)
                .flatMap(fleet -> Arbitraries.integers().between(1, 3).map(fleet::onPartitions));
    }

    private static Arbitrary<Long> uniform(long min, long max) {
        return Arbitraries.longs().between(min, max).withDistribution(RandomDistribution.uniform());
    }

    static FleetSettings fleet(long seed, int hosts, int cpus, double rate, long durationMs, Trouble trouble) {
        return new FleetSettings(
                seed, hosts, "h", cpus, rate, START_MS, durationMs, Long.MAX_VALUE, 5000, "events", 1, trouble);
    }

    /** The same fleet in other trouble. */
    static FleetSettings with(FleetSettings s, Trouble trouble) {
        return fleet(s.seed(), s.hosts(), s.cpus(), s.rate(), s.durationMs(), trouble)
                .onPartitions(s.partitions());
    }

    /** A whole run; returns its truth. */
    static TruthLines run(
            FleetSettings settings, Consumer<? super NetifReceive> events, Consumer<? super AgentLedger> ledgers) {
        var fleet = new Fleet(settings);
        var out = new Outlet() {
            @Override
            public void event(NetifReceive event) {
                events.accept(event);
            }

            @Override
            public void ledger(AgentLedger ledger) {
                ledgers.accept(ledger);
            }
        };
        while (fleet.step(out)) {}
        fleet.finish(out);
        var lines = new StringBuilder();
        try {
            fleet.truth().writeTo(lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TruthLines(lines.toString().lines().toList());
    }
}
