package io.skbstream.chaos.run;

import io.skbstream.chaos.account.Checks;
import io.skbstream.chaos.account.Evidence;
import io.skbstream.chaos.account.LedgerLine;
import io.skbstream.chaos.account.Verdict;
import io.skbstream.chaos.process.AgentLife;
import io.skbstream.chaos.proxy.Conduct;
import io.skbstream.chaos.proxy.Conduct.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** SIGTERM under load, with a broker that answers, and with networks that keep it from doing so. */
public final class Terminations {

    private static final Duration SHUTDOWN = Duration.ofSeconds(3);

    /** A JVM that was busy on two CPUs also has to unload the program, write files, and end. */
    private static final Duration MARGIN = Duration.ofSeconds(15);

    private static final Duration DRAINED = Duration.ofMinutes(5);
    private static final int RATE = 20_000;
    private static final int SHORTEST_MS = 500;
    private static final int LONGEST_MS = 3_000;
    private static final List<Conduct> NETWORKS = List.of(
            Conduct.PASS,
            new Conduct(Kind.REFUSE, 0),
            new Conduct(Kind.STALL, 0),
            new Conduct(Kind.SWALLOW, 0),
            new Conduct(Kind.DELAY, 300),
            new Conduct(Kind.THROTTLE, 20_000));

    private final Run run;
    private final Report report;

    public Terminations(Lab lab, Report report, Path kept) {
        this.run = new Run(lab, report, kept);
        this.report = report;
    }

    public void run(long seed) throws IOException, InterruptedException {
        report.say("SIGTERM under load, --shutdown-timeout " + SHUTDOWN.toSeconds() + "s");
        StageSettings settings = new StageSettings("terminations", 0, false, SHUTDOWN, options -> options);
        run.play(
                "SIGTERM under load: acked or spooled within the deadline",
                settings,
                stage -> play(stage, new Random(seed)));
    }

    private List<String> play(Stage stage, Random random) throws Exception {
        var scene = stage.scene();
        Verdict verdict = new Verdict();
        for (Conduct network : NETWORKS) {
            scene.agents().start();
            scene.traffic().start(RATE);
            Thread.sleep(SHORTEST_MS);
            scene.proxy().conduct(network);
            Thread.sleep(random.nextInt(LONGEST_MS));
            AgentLife life = scene.agents().terminate();
            scene.traffic().stop();
            scene.proxy().conduct(Conduct.PASS);
            check(network, life, verdict);
        }
        scene.agents().start();
        stage.awaitDrained(DRAINED);
        scene.agents().terminate();
        Evidence evidence = stage.evidence();
        List<String> failures = new ArrayList<>(Checks.of(evidence));
        failures.addAll(verdict.failures());
        return failures;
    }

    private void check(Conduct network, AgentLife life, Verdict verdict) {
        String how = "network " + network.kind().name().toLowerCase(Locale.ROOT);
        LedgerLine ledger = LedgerLine.parse(life.ledger().orElse("{}"));
        report.say(String.format(
                Locale.ROOT,
                "  %-18s captured %,d: acked %,d, spooled %,d; ended after %.1f s",
                how,
                ledger.count("captured"),
                ledger.count("acked"),
                ledger.count("spooled"),
                life.shutdown().toMillis() / 1e3));
        verdict.same(
                how + ": captured, and acked or spooled",
                ledger.count("captured"),
                ledger.count("acked") + ledger.count("spooled"));
        verdict.expect(
                life.shutdown().compareTo(SHUTDOWN.plus(MARGIN)) <= 0,
                "%s: the end took %d ms",
                how,
                life.shutdown().toMillis());
    }
}
