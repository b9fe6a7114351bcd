package io.skbstream.chaos.run;

import io.skbstream.avro.AgentLedger;
import io.skbstream.chaos.account.AuditLine;
import io.skbstream.chaos.account.Checks;
import io.skbstream.chaos.account.Evidence;
import io.skbstream.chaos.account.Verdict;
import io.skbstream.chaos.process.AgentLife;
import io.skbstream.chaos.process.AgentLife.End;
import io.skbstream.chaos.process.SkbstreamCommand;
import io.skbstream.chaos.proxy.Conduct;
import io.skbstream.chaos.proxy.Conduct.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** The agent is killed under load, again and again, with its spool being written, replayed, or empty. */
public final class Kills {

    private static final Duration SHUTDOWN = Duration.ofSeconds(10);
    private static final Duration DRAINED = Duration.ofMinutes(5);
    private static final int RATE = 5_000;
    private static final int SHORTEST_MS = 300;
    private static final int LONGEST_MS = 2_500;

    private final Lab lab;
    private final Run run;
    private final Report report;

    public Kills(Lab lab, Report report, Path kept) {
        this.lab = lab;
        this.run = new Run(lab, report, kept);
        this.report = report;
    }

    public void run(long seed, int kills) throws IOException, InterruptedException {
        report.say(kills + " times SIGKILL under load, seed " + seed);
        StageSettings settings =
                new StageSettings("kills", 0, false, SHUTDOWN, options -> options.with("replay-rate", "8000")
                        .withBriskKafka(500, 1_000));
        run.play("SIGKILL, " + kills + " times", settings, stage -> play(stage, new Random(seed), kills));
    }

    private List<String> play(Stage stage, Random random, int kills) throws Exception {
        var scene = stage.scene();
        Verdict verdict = new Verdict();
        for (int i = 0; i < kills; i++) {
            // Every other agent finds no broker and spools; the next one has that to replay.
            scene.proxy().conduct(Conduct.PASS);
            scene.agents().start();
            scene.traffic().start(RATE);
            if (i % 2 == 0) {
                scene.proxy().conduct(new Conduct(random.nextBoolean() ? Kind.REFUSE : Kind.SWALLOW, 0));
            }
            Thread.sleep(SHORTEST_MS + random.nextInt(LONGEST_MS - SHORTEST_MS));
            scene.agents().kill();
            scene.traffic().stop();
        }
        scene.proxy().conduct(Conduct.PASS);
        scene.agents().start();
        stage.awaitDrained(DRAINED);
        scene.agents().terminate();
        SkbstreamCommand.Result spool = stage.spool("verify");
        verdict.expect(spool.exitCode() == 0, "spool verify: %s", spool.out().strip());
        Evidence evidence = stage.evidence();
        evidence.lives().stream()
                .filter(life -> life.end() == End.KILLED)
                .forEach(life -> checkKilled(life, evidence, verdict));
        say(evidence);
        long consumed = new ExampleConsumer(lab).packets(scene.topic(), evidence.distinct());
        report.say(String.format(
                Locale.ROOT,
                "  the example consumer counts %,d packets: %,d records without %,d duplicates",
                consumed,
                evidence.distinct() + evidence.duplicates(),
                evidence.duplicates()));
        verdict.same("packets by the example consumer, and different records", consumed, evidence.distinct());
        List<String> failures = new ArrayList<>(Checks.of(evidence));
        failures.addAll(verdict.failures());
        return failures;
    }

    /** What the audit knows of it is what the kernel received: its counters outlive the agent. */
    private static void checkKilled(AgentLife life, Evidence evidence, Verdict verdict) {
        AuditLine line = evidence.audit().get(life.session());
        if (line == null) {
            return; // found by the checks
        }
        AgentLedger ledger = evidence.ledgers().get(life.session());
        verdict.expect(
                ledger != null && ledger.getCountsFinal(),
                "session %d: its counts are not the kernel's last",
                life.session());
        long known = line.distinct() + line.missing();
        long most = life.atMost().packets();
        verdict.expect(
                known <= most && known >= life.atLeast().packets(),
                "session %d: %,d records and %,d missing, but the kernel received %,d",
                life.session(),
                line.distinct(),
                line.missing(),
                most);
    }

    private void say(Evidence evidence) {
        long accounted = evidence.audit().values().stream()
                .filter(line -> line.verdict().equals("LOSS_ACCOUNTED"))
                .count();
        report.say(String.format(
                Locale.ROOT,
                "  %d sessions, %d with a loss that is accounted; received %,d to %,d, in the topic %,d, missing %,d (%,d lost with a"
                        + " process); duplicates %,d",
                evidence.audit().size(),
                accounted,
                evidence.lives().stream()
                        .mapToLong(life -> life.atLeast().packets())
                        .sum(),
                evidence.lives().stream()
                        .mapToLong(life -> life.atMost().packets())
                        .sum(),
                evidence.distinct(),
                evidence.audit().values().stream().mapToLong(AuditLine::missing).sum(),
                evidence.audit().values().stream()
                        .mapToLong(line -> line.cause("killed"))
                        .sum(),
                evidence.duplicates()));
    }
}
