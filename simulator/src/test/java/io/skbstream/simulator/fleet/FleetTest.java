package io.skbstream.simulator.fleet;

import static io.skbstream.simulator.fleet.FleetRuns.START_MS;
import static io.skbstream.simulator.fleet.FleetRuns.fleet;
import static io.skbstream.simulator.fleet.FleetRuns.run;
import static io.skbstream.simulator.fleet.FleetRuns.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.CpuSequence;
import io.skbstream.avro.DeviceTotal;
import io.skbstream.avro.SessionState;
import io.skbstream.simulator.Oracle;
import io.skbstream.simulator.Oracle.SessionId;
import io.skbstream.simulator.TruthLines;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.specific.SpecificRecord;

class FleetTest {
    @Property(tries = 200)
    void anIndependentReaderFindsExactlyTheTruth(@ForAll("fleets") FleetSettings settings) {
        var oracle = new Oracle(settings.windowMs(), settings.trouble().graceMs());
        TruthLines truth =
                run(settings, event -> oracle.read(settings.partitionOf(event.getHost()), event), oracle::read);

        assertThat(oracle.contradictions()).isEmpty();
        assertThat(truth.windows).isEqualTo(oracle.windows());
        assertThat(truth.sessions.keySet()).isEqualTo(oracle.lastWords().keySet());
        truth.sessions.forEach((id, session) -> {
            assertThat(session.events()).as("events of %s", id).isEqualTo(oracle.distinct(id));
            assertThat(session.duplicates()).as("duplicates of %s", id).isEqualTo(oracle.duplicates(id));
            assertThat(session.trailing()).as("trailing of %s", id).isEqualTo(oracle.trailing(id));
        });
        for (String what :
                List.of("events", "packets", "bytes", "duplicates", "missing", "late", "too_late", "came_too_late")) {
            assertThat(truth.total.get(what).asLong())
                    .as(what)
                    .isEqualTo(truth.windows.values().stream()
                            .mapToLong(window -> window.getOrDefault(what, 0L))
                            .sum());
        }
        assertThat(truth.total.get("missing").asLong()
                        + truth.total.get("trailing").asLong())
                .isEqualTo(truth.total.get("lost").asLong());
    }

    @Property(tries = 100)
    void everyLedgerBalancesAndSaysWhatWasSentUntilThen(@ForAll("fleets") FleetSettings settings) {
        Trouble t = settings.trouble();
        long endMs = START_MS + settings.durationMs() + 100 + settings.windowMs() + t.graceMs() + 2 * t.skewMs();
        Map<SessionId, Long> sent = new HashMap<>();
        var oracle = new Oracle(settings.windowMs(), settings.trouble().graceMs());
        TruthLines truth = run(
                settings,
                event -> {
                    oracle.read(0, event);
                    sent.merge(new SessionId(event.getHost(), event.getSession()), 1L, Long::sum);
                },
                ledger -> {
                    oracle.read(ledger);
                    var id = new SessionId(ledger.getHost(), ledger.getSession());
                    assertThat(ledger.getAcked()).isEqualTo(sent.getOrDefault(id, 0L) - oracle.duplicates(id));
                    assertThat(ledger.getCaptured())
                            .isEqualTo(ledger.getAcked()
                                    + ledger.getSpooled()
                                    + ledger.getEvicted()
                                    + ledger.getRejected()
                                    + ledger.getSpoolFailed()
                                    + ledger.getAbandoned()
                                    + ledger.getInFlight());
                    if (ledger.getState() != SessionState.KILLED) {
                        assertThat(ledger.getHits()).isEqualTo(ledger.getRingFull() + ledger.getCaptured());
                    }
                    assertThat(ledger.getHits()).isEqualTo(numbersGiven(ledger));
                    assertThat(ledger.getTime().toEpochMilli()).isBetween(START_MS - t.skewMs(), endMs + t.skewMs());
                    assertThat(ledger.getBytes())
                            .isEqualTo(ledger.getDevices().stream()
                                    .mapToLong(DeviceTotal::getBytes)
                                    .sum());
                });

        oracle.lastWords().forEach((id, ledger) -> {
            assertThat(ledger.getState()).isIn(SessionState.STOPPED, SessionState.KILLED);
            assertThat(ledger.getCountsFinal()).isTrue();
            assertThat(ledger.getSpooled()).isZero();
            TruthLines.Session session = truth.sessions.get(id);
            assertThat(session.state()).isEqualTo(ledger.getState().name());
            assertThat(session.hits()).isEqualTo(ledger.getHits());
            assertThat(session.lost()).isEqualTo(lostBy(ledger));
        });
    }

    @Property(tries = 30)
    void theSameSettingsGiveTheSameRun(@ForAll("fleets") FleetSettings settings) {
        assertThat(recordsOf(settings)).isEqualTo(recordsOf(settings));
    }

    @Property(tries = 50)
    void whatIsNotToBeTooLateIsSentInTime(@ForAll("fleets") FleetSettings settings) {
        Trouble t = settings.trouble();
        var inTime = with(
                settings,
                new Trouble(t.loss(), t.duplicates(), t.late(), 0, t.restarts(), t.latestMs(), t.graceMs(), 0));
        Map<String, Long> newestMs = new HashMap<>();
        run(
                inTime,
                event -> {
                    long timeMs = event.getTimestamp().toEpochMilli();
                    long newest = newestMs.merge(event.getHost(), timeMs, Math::max);
                    assertThat(newest - timeMs).isLessThanOrEqualTo(t.latestMs());
                },
                ledger -> {});
    }

    @Property(tries = 100)
    void whatIsTooLateByItsHostsTimeIsSoByThatOfAllAndTheOtherWayAround(@ForAll("fleets") FleetSettings settings) {
        Map<String, Long> newestMs = new HashMap<>();
        run(
                settings,
                event -> {
                    long timeMs = event.getTimestamp().toEpochMilli();
                    long closesMs = settings.windowStartMs(timeMs)
                            + settings.windowMs()
                            + settings.trouble().graceMs();
                    long byHost = newestMs.getOrDefault(event.getHost(), Long.MIN_VALUE);
                    long byAll = newestMs.getOrDefault("all", Long.MIN_VALUE);
                    assertThat(byHost >= closesMs).isEqualTo(byAll >= closesMs);
                    newestMs.merge(event.getHost(), timeMs, Math::max);
                    newestMs.merge("all", timeMs, Math::max);
                },
                ledger -> {});
    }

    @Property(tries = 30)
    void withoutTroubleNothingIsLostDoubledOrLate(@ForAll("fleets") FleetSettings settings) {
        TruthLines truth = run(with(settings, Trouble.NONE), event -> {}, ledger -> {});
        for (String what : List.of("lost", "missing", "duplicates", "late", "too_late", "restarts", "trailing")) {
            assertThat(truth.total.get(what).asLong()).as(what).isZero();
        }
    }

    @Example
    void eachShareIsMetOnAverage() {
        var trouble = new Trouble(0.05, 0.1, 0.2, 0.02, 1, 10_000, 60_000, 1000);
        TruthLines truth = run(fleet(7, 50, 4, 5000, 60_000, trouble), event -> {}, ledger -> {});
        double events = truth.total.get("events").asDouble();
        double hits = events + truth.total.get("lost").asDouble();
        assertThat(hits / 60).isCloseTo(5000, within(500.0)); // less for hosts that are down
        assertThat(truth.total.get("lost").asDouble() / hits).isCloseTo(0.05, within(0.01));
        assertThat(truth.total.get("duplicates").asDouble() / events).isCloseTo(0.1, within(0.02));
        assertThat(truth.total.get("late").asDouble() / events).isCloseTo(0.2, within(0.04));
        assertThat(truth.total.get("too_late").asDouble() / events).isCloseTo(0.02, within(0.01));
        assertThat(truth.total.get("restarts").asDouble()).isCloseTo(50, within(20.0));
        assertThat(truth.total.get("trailing").asLong()).isPositive();
        assertThat(truth.sessions.values())
                .as("every cause occurs")
                .flatExtracting(session -> session.lost().keySet())
                .contains("ring_full", "evicted", "rejected", "spool_failed", "abandoned", "killed");
    }

    @Example
    void aFewHostsHaveMostOfTheEventsAndLoHalfOfThem() {
        Map<String, Long> byHost = new HashMap<>();
        Map<String, Long> byDevice = new HashMap<>();
        run(
                fleet(1, 100, 2, 10_000, 10_000, Trouble.NONE),
                event -> {
                    byHost.merge(event.getHost(), 1L, Long::sum);
                    byDevice.merge(event.getDevice(), 1L, Long::sum);
                    assertThat(event.getLen()).isBetween(64, 65535);
                },
                ledger -> {});
        assertThat(byHost).hasSize(100);
        assertThat(byHost.get("h001")).isGreaterThan(20 * byHost.get("h100"));
        long all = byDevice.values().stream().mapToLong(Long::longValue).sum();
        assertThat(byDevice.get("lo") / (double) all).isCloseTo(0.5, within(0.01));
        assertThat(byDevice).hasSize(4);
    }

    @Example
    void aClockThatIsOffStaysWithinItsBoundAndIsDifferentOnEveryHost() {
        var skewed = new Trouble(0, 0, 0, 0, 0, 10_000, 60_000, 5_000);
        Map<String, Long> firstMs = new HashMap<>();
        run(
                fleet(3, 20, 1, 20_000, 1000, skewed),
                event -> firstMs.putIfAbsent(
                        event.getHost(), event.getTimestamp().toEpochMilli() - START_MS),
                ledger -> {});
        assertThat(firstMs.values()).allMatch(ms -> ms >= -5_000 && ms <= 6_000).anyMatch(ms -> ms < -500);
        assertThat(firstMs.values()).anyMatch(ms -> ms > 1500).doesNotHaveDuplicates();
    }

    @Example
    void anotherSeedGivesAnotherRun() {
        assertThat(recordsOf(fleet(1, 3, 2, 50, 2000, Trouble.NONE)))
                .isNotEqualTo(recordsOf(fleet(2, 3, 2, 50, 2000, Trouble.NONE)));
    }

    @Provide
    Arbitrary<FleetSettings> fleets() {
        return FleetRuns.any();
    }

    private static List<SpecificRecord> recordsOf(FleetSettings settings) {
        List<SpecificRecord> records = new ArrayList<>();
        run(settings, records::add, records::add);
        return records;
    }

    private static long numbersGiven(AgentLedger ledger) {
        return ledger.getSequences().stream().mapToLong(CpuSequence::getNext).sum();
    }

    private static Map<String, Long> lostBy(AgentLedger ledger) {
        Map<String, Long> lost = new HashMap<>(Map.of(
                "ring_full", ledger.getRingFull(),
                "evicted", ledger.getEvicted(),
                "rejected", ledger.getRejected(),
                "spool_failed", ledger.getSpoolFailed(),
                "abandoned", ledger.getAbandoned(),
                "killed", ledger.getHits() - ledger.getRingFull() - ledger.getCaptured()));
        lost.values().removeIf(count -> count == 0);
        return lost;
    }
}
