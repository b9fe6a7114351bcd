package io.skbstream.chaos.cluster;

import io.skbstream.avro.AgentLedger;
import io.skbstream.chaos.account.AuditLine;
import io.skbstream.chaos.account.Checks;
import io.skbstream.chaos.account.Evidence;
import io.skbstream.chaos.account.Verdict;
import io.skbstream.chaos.cluster.Outcomes.Outcome;
import io.skbstream.chaos.kafka.SessionRecords;
import io.skbstream.chaos.process.ChaosException;
import io.skbstream.chaos.run.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;

/** Random schedules of what happens to a cluster, one after the other. */
public final class ClusterSchedules {

    private static final long MOST_KIB = 400_000;

    private final ClusterLab lab;
    private final Report report;
    private final Path kept;
    private final Optional<Path> table;
    private final Outcomes outcomes = new Outcomes();
    private final Outcomes together;
    private double longestBlockMs;
    private long largestKib;

    /**
     * @param kept where the logs of failed schedules go
     * @param table the file with the outcomes of earlier runs, to which those of this one are added
     */
    public ClusterSchedules(ClusterLab lab, Report report, Path kept, Optional<Path> table) throws IOException {
        this.lab = lab;
        this.report = report;
        this.kept = kept;
        this.table = table;
        this.together = table.isPresent() ? Outcomes.read(table.get()) : new Outcomes();
    }

    /** Plays the schedules of seeds that follow each other, and prints what came of them. */
    public void run(long firstSeed, int count) throws IOException, InterruptedException {
        report.say(
                "a cluster of three: " + count + " schedules, seeds " + firstSeed + " to " + (firstSeed + count - 1));
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            play(ClusterSchedule.of(seed));
        }
        report.say(String.format(
                Locale.ROOT,
                "longest that capture was blocked: %.1f ms; a broker took %.0f MB at most",
                longestBlockMs,
                largestKib * 1024 / 1e6));
        report.say(outcomes.table().stripTrailing());
        table.ifPresent(file -> report.say("together with earlier runs: " + file));
        report.result(
                "a broker of three takes " + MOST_KIB / 1000 + " MB at most",
                largestKib <= MOST_KIB ? List.of() : List.of("it took " + largestKib + " KiB"));
    }

    private void play(ClusterSchedule schedule) throws IOException, InterruptedException {
        report.say(schedule.describe());
        long startNs = System.nanoTime();
        List<Outcome> came = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        Path logs = kept.resolve("cluster-" + schedule.seed());
        try (ClusterStage stage = ClusterStage.set(lab, schedule)) {
            failures.addAll(played(stage, came, startNs));
            if (!failures.isEmpty()) {
                stage.keepLogs(logs);
                report.say("  logs: " + logs);
            }
        } catch (ChaosException | KafkaException | IOException | UncheckedIOException e) {
            failures.add(e.toString());
        }
        try {
            lab.restore(schedule.topic());
        } catch (ChaosException e) {
            failures.add("the cluster does not recover: " + e.getMessage());
        }
        for (ClusterNode node : lab.cluster().nodes()) {
            largestKib = Math.max(largestKib, node.peakKib());
        }
        if (!failures.isEmpty()) {
            came.add(Outcome.FAILED);
        }
        outcomes.add(schedule, came);
        together.add(schedule, came);
        if (table.isPresent()) {
            together.write(table.get());
        }
        report.result("seed " + schedule.seed(), failures);
    }

    private List<String> played(ClusterStage stage, List<Outcome> came, long startNs) throws InterruptedException {
        try {
            stage.play();
            Evidence evidence = stage.settle();
            say(stage, evidence, came, Duration.ofNanos(System.nanoTime() - startNs));
            List<String> failures = new ArrayList<>(Checks.of(evidence));
            failures.addAll(overlaps(evidence));
            failures.addAll(stage.checkJob());
            return failures;
        } catch (InterruptedException e) {
            throw e;
        } catch (ChaosException | KafkaException | IOException | UncheckedIOException e) {
            return List.of(e.toString());
        } catch (Exception e) {
            throw new IllegalStateException("a schedule has a defect: " + e, e);
        }
    }

    /** The audit's notes of two agents under one name: none if there was one agent, and else at both. */
    private static List<String> overlaps(Evidence evidence) {
        Verdict verdict = new Verdict();
        verdict.same(
                "sessions of which the audit notes another agent under their host's name, and those that had one",
                evidence.audit().values().stream()
                        .filter(line -> line.notes().stream().anyMatch(note -> note.startsWith("another agent ran")))
                        .count(),
                evidence.lives().size() > 1 ? evidence.lives().size() : 0);
        return verdict.failures();
    }

    private void say(ClusterStage stage, Evidence evidence, List<Outcome> came, Duration took) {
        longestBlockMs = Math.max(longestBlockMs, evidence.longestBlockMs());
        List<String> verdicts =
                evidence.audit().values().stream().map(AuditLine::verdict).toList();
        if (verdicts.stream().allMatch("COMPLETE"::equals)) {
            came.add(Outcome.COMPLETE);
        } else if (verdicts.contains("LOSS_ACCOUNTED")) {
            came.add(Outcome.LOSS_ACCOUNTED);
        }
        if (evidence.total(AgentLedger::getReplayed) > 0) {
            came.add(Outcome.REPLAYED);
        }
        if (evidence.duplicates() > 0) {
            came.add(Outcome.DUPLICATES);
        }
        report.say(String.format(
                Locale.ROOT,
                "  sent %,d; by %d sessions: acked %,d, replayed %,d, evicted %,d, rejected %,d, ring full %,d; duplicates %,d,"
                        + " out of order %,d; %s; capture blocked %.1f ms; %.1f s",
                stage.sent(),
                evidence.lives().size(),
                evidence.total(AgentLedger::getAcked),
                evidence.total(AgentLedger::getReplayed),
                evidence.total(AgentLedger::getEvicted),
                evidence.total(AgentLedger::getRejected),
                evidence.total(AgentLedger::getRingFull),
                evidence.duplicates(),
                evidence.records().values().stream()
                        .mapToLong(SessionRecords::outOfOrder)
                        .sum(),
                verdicts.stream().sorted().collect(Collectors.joining(", ")),
                evidence.longestBlockMs(),
                took.toMillis() / 1e3));
    }
}
