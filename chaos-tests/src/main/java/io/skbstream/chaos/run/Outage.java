package io.skbstream.chaos.run;

import io.skbstream.chaos.account.AuditLine;
import io.skbstream.chaos.account.Checks;
import io.skbstream.chaos.account.Evidence;
import io.skbstream.chaos.account.LedgerLine;
import io.skbstream.chaos.account.Verdict;
import io.skbstream.chaos.process.AgentLife;
import io.skbstream.chaos.process.AgentMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The broker is stopped for long, under load, with the agent as it is by default: once with a spool that holds it all, once
 * with one that does not.
 */
public final class Outage {

    private static final Duration SHUTDOWN = Duration.ofSeconds(30);
    private static final Duration STEADY = Duration.ofSeconds(30);
    private static final Duration WARM_UP = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(60);
    private static final long LOOK_MS = 500;
    private static final double MOST_MEMORY = 1.1;
    private static final long MIB = 1L << 20;
    private static final long LARGE_MIB = 8_192;
    private static final long SMALL_MIB = 4;

    private final Run run;
    private final Report report;

    public Outage(Lab lab, Report report, Path kept) {
        this.run = new Run(lab, report, kept);
        this.report = report;
    }

    /** Both halves; the second one is a minute long at most. */
    public void run(Duration length, int rate) throws IOException, InterruptedException {
        report.say(String.format(
                Locale.ROOT, "outage: the broker is stopped for %d s under %,d events/s", length.toSeconds(), rate));
        run.play(
                "outage with room: nothing is lost",
                settings("outage", LARGE_MIB),
                stage -> withRoom(stage, new Course(stage, length, rate)));
        Duration shorter = length.compareTo(SHORT) < 0 ? length : SHORT;
        run.play(
                "outage without room: evicted exactly as counted",
                settings("outage-small", SMALL_MIB),
                stage -> withoutRoom(stage, new Course(stage, shorter, rate)));
    }

    private static StageSettings settings(String name, long spoolMib) {
        return new StageSettings(name, 0, false, SHUTDOWN, options -> options.with("spool-max", spoolMib + "MiB"));
    }

    private List<String> withRoom(Stage stage, Course course) throws Exception {
        course.go();
        Evidence evidence = stage.evidence();
        LedgerLine ledger = ledger(evidence);
        say(course, evidence, ledger, LARGE_MIB);
        Verdict verdict = new Verdict();
        verdict.same("captured, and different records in the topic", ledger.count("captured"), evidence.distinct());
        verdict.same("ring full", ledger.count("ring_full"), 0);
        verdict.expect(ledger.count("replayed") > 0, "nothing was replayed, so the spool was not used");
        verdict.expect(
                course.memoryRatio() <= MOST_MEMORY,
                "memory while the broker was away: %.2f times that of before",
                course.memoryRatio());
        return together(evidence, verdict, course, LARGE_MIB);
    }

    private List<String> withoutRoom(Stage stage, Course course) throws Exception {
        course.go();
        Evidence evidence = stage.evidence();
        LedgerLine ledger = ledger(evidence);
        say(course, evidence, ledger, SMALL_MIB);
        AuditLine audit = evidence.audit().get(ledger.session());
        Verdict verdict = new Verdict();
        verdict.expect(ledger.count("evicted") > 0, "nothing was evicted, so the bound was not too small");
        verdict.same("evicted by the ledger and by the audit", ledger.count("evicted"), audit.cause("evicted"));
        verdict.same(
                "evicted by the ledger, and missing in the topic",
                ledger.count("evicted"),
                ledger.numbersGiven() - ledger.count("ring_full") - evidence.distinct());
        return together(evidence, verdict, course, SMALL_MIB);
    }

    private static List<String> together(Evidence evidence, Verdict verdict, Course course, long spoolMib) {
        verdict.expect(
                course.spoolBytes <= spoolMib * MIB,
                "the spool was %,d bytes, its bound is %,d",
                course.spoolBytes,
                spoolMib * MIB);
        List<String> failures = new ArrayList<>(Checks.of(evidence));
        failures.addAll(verdict.failures());
        return failures;
    }

    private static LedgerLine ledger(Evidence evidence) {
        AgentLife life = evidence.lives().get(0);
        return LedgerLine.parse(life.ledger().orElse("{}"));
    }

    private void say(Course course, Evidence evidence, LedgerLine ledger, long spoolMib) {
        row("captured, and ring full", "%,d", ledger.numbersGiven());
        row("of these ring full", "%,d", ledger.count("ring_full"));
        row("different records in the topic", "%,d", evidence.distinct());
        row("duplicates", "%,d", evidence.duplicates());
        row("evicted", "%,d", ledger.count("evicted"));
        row("unaccounted", "%,d", ledger.count("unaccounted"));
        row("spool at its largest", "%.1f MiB of %,d MiB", (double) course.spoolBytes / MIB, spoolMib);
        row("VmRSS with the broker, median", "%.1f MiB", course.steadyKib / 1024.0);
        row("VmRSS without it, median", "%.1f MiB, %.2f times", course.awayKib / 1024.0, course.memoryRatio());
        row("replayed", "%,d events in %.1f s, while live ones went on", ledger.count("replayed"), course.replayS);
        row("capture blocked", "%.1f ms", ledger.longestBlockMs());
    }

    private void row(String what, String format, Object... values) {
        report.say(String.format(Locale.ROOT, "  %-32s %s", what, String.format(Locale.ROOT, format, values)));
    }

    /** Steady load, the outage, the replay, the end; and what was measured on the way. */
    private static final class Course {

        private final Stage stage;
        private final Duration length;
        private final int rate;
        private long steadyKib;
        private long awayKib;
        private long spoolBytes;
        private double replayS;

        Course(Stage stage, Duration length, int rate) {
            this.stage = stage;
            this.length = length;
            this.rate = rate;
        }

        void go() throws IOException, InterruptedException {
            var scene = stage.scene();
            scene.agents().start();
            scene.traffic().start(rate);
            watch(WARM_UP);
            steadyKib = watch(STEADY);
            scene.broker().stop();
            awayKib = watch(length);
            scene.broker().start();
            long startNs = System.nanoTime();
            awaitEmptySpool(length.multipliedBy(2).plusSeconds(120));
            replayS = (System.nanoTime() - startNs) / 1e9;
            scene.traffic().stop();
            stage.awaitDrained(Duration.ofSeconds(60));
            scene.agents().terminate();
        }

        double memoryRatio() {
            return steadyKib == 0 ? 0 : (double) awayKib / steadyKib;
        }

        /** Looks twice a second; returns the median of the memory in RAM, in KiB. */
        private long watch(Duration limit) throws IOException, InterruptedException {
            List<Long> seen = new ArrayList<>();
            long endNs = System.nanoTime() + limit.toNanos();
            while (System.nanoTime() < endNs) {
                seen.add(stage.scene().agents().current().residentKib());
                lookAtSpool();
                Thread.sleep(LOOK_MS);
            }
            return seen.stream().sorted().skip(seen.size() / 2).findFirst().orElse(0L);
        }

        /** The spool alone: with live events going on, something is always in flight. */
        private void awaitEmptySpool(Duration limit) throws InterruptedException {
            long endNs = System.nanoTime() + limit.toNanos();
            while (AgentMetrics.value(stage.metrics().page(), "skbstream_spool_events")
                                    .orElse(1)
                            > 0
                    && System.nanoTime() < endNs) {
                lookAtSpool();
                Thread.sleep(LOOK_MS);
            }
        }

        private void lookAtSpool() {
            spoolBytes = Math.max(spoolBytes, stage.scene().disk().segmentBytes());
        }
    }
}
