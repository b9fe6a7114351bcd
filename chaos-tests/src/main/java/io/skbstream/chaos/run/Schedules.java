package io.skbstream.chaos.run;

import io.skbstream.avro.AgentLedger;
import io.skbstream.chaos.account.Checks;
import io.skbstream.chaos.account.Evidence;
import io.skbstream.chaos.fault.BatchesTooLarge;
import io.skbstream.chaos.fault.BrokerWiped;
import io.skbstream.chaos.fault.Fault;
import io.skbstream.chaos.fault.TopicDeleted;
import io.skbstream.chaos.process.AgentOptions;
import io.skbstream.chaos.schedule.PlannedFault;
import io.skbstream.chaos.schedule.Schedule;
import io.skbstream.chaos.schedule.ScheduleGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Random schedules of faults, one after the other. */
public final class Schedules {

    private static final Duration DRAINED = Duration.ofMinutes(5);
    private static final long LOOK_MS = 10;
    private static final Duration SHUTDOWN = Duration.ofSeconds(10);
    private static final long DISK_BYTES = 12L << 20;
    private static final int REQUEST_TIMEOUT_MS = 1_000;
    private static final int DELIVERY_TIMEOUT_MS = 2_500;

    private final Run run;
    private final Report report;
    private final Map<String, Integer> faults = new TreeMap<>();
    private double longestBlockMs;

    public Schedules(Lab lab, Report report, Path kept) {
        this.run = new Run(lab, report, kept);
        this.report = report;
    }

    /** A run without a fault, then so many with. */
    public void runAll(long seed, int count) throws IOException, InterruptedException {
        report.say(count + " schedules, seed " + seed);
        play(ScheduleGenerator.calm());
        for (long one : ScheduleGenerator.seeds(seed, count)) {
            replay(one);
        }
        report.say(String.format(
                Locale.ROOT, "longest that capture was blocked: %.1f ms; faults: %s", longestBlockMs, faults));
    }

    /** The schedule of one seed. */
    public void replay(long seed) throws IOException, InterruptedException {
        play(ScheduleGenerator.generate(seed));
    }

    private void play(Schedule schedule) throws IOException, InterruptedException {
        report.say("seed " + schedule.seed() + ": " + schedule.describeFaults());
        schedule.faults()
                .forEach(planned -> faults.merge(planned.fault().getClass().getSimpleName(), 1, Integer::sum));
        long startNs = System.nanoTime();
        StageSettings settings = new StageSettings(
                "schedule-" + schedule.seed(),
                schedule.touches(Fault.Target.SPOOL_DISK) ? DISK_BYTES : 0,
                schedule.touches(Fault.Target.CLOCK),
                SHUTDOWN,
                options -> options(schedule, options));
        run.play("seed " + schedule.seed(), settings, stage -> play(schedule, stage, startNs));
    }

    private static AgentOptions options(Schedule schedule, AgentOptions options) {
        AgentOptions told = options.with("ring-size", schedule.ringSize())
                .with("spool-max", schedule.spoolMax())
                .with("spool-policy", schedule.spoolPolicy())
                .with("replay-rate", Integer.toString(schedule.replayRate()))
                .withBriskKafka(REQUEST_TIMEOUT_MS, DELIVERY_TIMEOUT_MS);
        // The bound of a batch is chosen for what it is uncompressed.
        return schedule.has(BatchesTooLarge.class) ? told.withKafka("compression.type", "none") : told;
    }

    private List<String> play(Schedule schedule, Stage stage, long startNs) throws Exception {
        var scene = stage.scene();
        scene.agents().start();
        scene.traffic().start(schedule.rate());
        goThrough(schedule, stage);
        stage.awaitDrained(DRAINED);
        scene.agents().terminate();
        Evidence evidence = stage.evidence(
                schedule.has(BrokerWiped.class) || schedule.has(TopicDeleted.class),
                schedule.touches(Fault.Target.SPOOL_DISK));
        List<String> failures = Checks.of(evidence);
        say(stage, evidence, Duration.ofNanos(System.nanoTime() - startNs));
        return failures;
    }

    private record Act(int atMs, Play play) {
        interface Play {
            void act() throws Exception;
        }
    }

    private static void goThrough(Schedule schedule, Stage stage) throws Exception {
        var scene = stage.scene();
        List<Act> acts = new ArrayList<>();
        for (PlannedFault planned : schedule.faults()) {
            acts.add(new Act(planned.atMs(), () -> planned.fault().begin(scene)));
            acts.add(new Act(planned.endMs(), () -> planned.fault().end(scene)));
        }
        acts.add(new Act(schedule.loadMs(), () -> scene.traffic().stop()));
        acts.sort(Comparator.comparingInt(Act::atMs));
        long startNs = System.nanoTime();
        for (Act act : acts) {
            while (System.nanoTime() - startNs < TimeUnit.MILLISECONDS.toNanos(act.atMs())) {
                scene.agents().look();
                Thread.sleep(LOOK_MS);
            }
            act.play().act();
        }
        scene.agents().awaitCapturing();
    }

    private void say(Stage stage, Evidence evidence, Duration took) {
        longestBlockMs = Math.max(longestBlockMs, evidence.longestBlockMs());
        report.say(String.format(
                Locale.ROOT,
                "  sent %,d; by %d sessions: hits %,d (%,d filtered), acked %,d, spooled %,d, evicted %,d, rejected %,d, spool failed %,d,"
                        + " abandoned %,d, ring full %,d; duplicates %,d; capture blocked %.1f ms; %.1f s",
                stage.scene().traffic().totals().packets(),
                evidence.lives().size(),
                evidence.total(AgentLedger::getHits),
                evidence.total(AgentLedger::getFiltered),
                evidence.total(AgentLedger::getAcked),
                evidence.total(AgentLedger::getSpooled),
                evidence.total(AgentLedger::getEvicted),
                evidence.total(AgentLedger::getRejected),
                evidence.total(AgentLedger::getSpoolFailed),
                evidence.total(AgentLedger::getAbandoned),
                evidence.total(AgentLedger::getRingFull),
                evidence.duplicates(),
                evidence.longestBlockMs(),
                took.toMillis() / 1e3));
    }
}
