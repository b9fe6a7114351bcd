package io.skbstream.chaos.run;

import io.skbstream.chaos.account.Checks;
import io.skbstream.chaos.account.Evidence;
import io.skbstream.chaos.account.LedgerLine;
import io.skbstream.chaos.account.Verdict;
import io.skbstream.chaos.fault.BatchesTooLarge;
import io.skbstream.chaos.kafka.SessionRecords;
import io.skbstream.chaos.process.SkbstreamCommand;
import io.skbstream.chaos.traffic.Traffic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The broker refuses some records for good: those of one thread, whose name makes them a few bytes too long. */
public final class Refusals {

    private static final Duration SHUTDOWN = Duration.ofSeconds(20);
    private static final Duration DRAINED = Duration.ofMinutes(5);
    private static final int RATE = 500;
    private static final int LOAD_MS = 5_000;

    private final Run run;
    private final Report report;

    public Refusals(Lab lab, Report report, Path kept) {
        this.run = new Run(lab, report, kept);
        this.report = report;
    }

    public void run() throws IOException, InterruptedException {
        report.say("records that the broker refuses, among others, at " + RATE + " events/s");
        StageSettings settings = new StageSettings(
                "refusals", 0, false, SHUTDOWN, options -> options.withKafka("compression.type", "none"));
        run.play("a refused record never blocks the others", settings, this::play);
    }

    private List<String> play(Stage stage) throws Exception {
        var scene = stage.scene();
        scene.admin().limitBatches(scene.topic(), BatchesTooLarge.BETWEEN_NAMES);
        scene.agents().start();
        scene.traffic().start(RATE);
        Thread.sleep(LOAD_MS);
        scene.traffic().stop();
        stage.awaitDrained(DRAINED);
        String metrics = stage.metrics().page();
        scene.agents().terminate();
        SkbstreamCommand.Result kept = stage.spool("cat", "--rejected");
        Evidence evidence = stage.evidence();
        List<String> failures = new ArrayList<>(Checks.of(evidence));
        failures.addAll(check(evidence, metrics, kept.out()));
        return failures;
    }

    private List<String> check(Evidence evidence, String metrics, String kept) {
        LedgerLine ledger = LedgerLine.parse(evidence.lives().get(0).ledger().orElse("{}"));
        SessionRecords records = evidence.records().getOrDefault(ledger.session(), new SessionRecords());
        long keptEvents = kept.lines().count();
        report.say(String.format(
                Locale.ROOT,
                "  captured %,d: acked %,d, rejected %,d by reason %s; %,d of these kept in rejected/",
                ledger.count("captured"),
                ledger.count("acked"),
                ledger.count("rejected"),
                ledger.rejectedBy(),
                keptEvents));
        Verdict verdict = new Verdict();
        verdict.expect(ledger.count("rejected") > 0, "nothing was refused");
        verdict.expect(records.of(Traffic.SHORT_NAME) > 0, "no short record is in the topic");
        verdict.same("records that are too long, in the topic", records.of(Traffic.LONG_NAME), 0);
        verdict.same(
                "captured, and acked or rejected",
                ledger.count("captured"),
                ledger.count("acked") + ledger.count("rejected"));
        verdict.same("rejected, and acked, by topic", ledger.count("acked"), records.distinct());
        verdict.same(
                "rejected, and the sum of its reasons",
                ledger.count("rejected"),
                ledger.rejectedBy().values().stream().mapToLong(Long::longValue).sum());
        verdict.same("rejected, and kept in rejected/", ledger.count("rejected"), keptEvents);
        ledger.rejectedBy()
                .keySet()
                .forEach(reason -> verdict.expect(
                        metrics.contains("reason=\"" + reason + "\""),
                        "no metric has the label reason=\"%s\"",
                        reason));
        return verdict.failures();
    }
}
