package io.skbstream.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What the rounds came to: a table for the terminal, or the same in Markdown. */
final class Report {
    private record Line(String what, String median, String range) {}

    private final List<Line> lines = new ArrayList<>();
    private final boolean whole;

    private Report(boolean whole) {
        this.whole = whole;
        lines.add(new Line("", "median", "min – max"));
    }

    /** Of floods without and with the agent. */
    static Report ofPipeline(List<Round> rounds) {
        var report = new Report(rounds.stream().allMatch(Round::isWhole));
        report.add("flood without the agent, packets/s", "%,.0f", rounds, round -> round.without()
                .packetsPerSecond());
        report.add("flood with the agent, packets/s", "%,.0f", rounds, round -> round.with()
                .packetsPerSecond());
        report.add("with / without", "%.2f", rounds, Round::ratio);
        report.add("carried to Kafka, events/s", "%,.0f", rounds, Round::carriedPerSecond);
        report.add("agent's CPU, ns an event", "%,.0f", rounds, Round::warmCpuNsPerEvent);
        report.add(
                "the same, with the start of the JVM and the first flood", "%,.0f", rounds, Round::lifeCpuNsPerEvent);
        report.totals(rounds);
        return report;
    }

    /** Of floods with and without guards and metrics. */
    static Report ofGuards(List<GuardedRound> rounds) {
        var report = new Report(rounds.stream().allMatch(GuardedRound::isWhole));
        report.add("carried to Kafka with guards and metrics, events/s", "%,.0f", rounds, round -> round.on()
                .carriedPerSecond());
        report.add("carried without, events/s", "%,.0f", rounds, round -> round.off()
                .carriedPerSecond());
        report.add("with / without", "%.3f", rounds, GuardedRound::throughput);
        report.add("agent's CPU with, ns an event", "%,.0f", rounds, round -> round.on()
                .warmCpuNsPerEvent());
        report.add("agent's CPU without, ns an event", "%,.0f", rounds, round -> round.off()
                .warmCpuNsPerEvent());
        report.add("with / without, CPU", "%.3f", rounds, GuardedRound::cpu);
        report.totals(rounds.stream()
                .flatMap(round -> Stream.of(round.on(), round.off()))
                .toList());
        return report;
    }

    private void totals(List<Round> rounds) {
        total("events captured, all rounds", rounds.stream().mapToLong(round -> round.ledger()
                .captured()));
        total("events in Kafka, by the topics' end offsets", rounds.stream().mapToLong(Round::inKafka));
        total("events lost", rounds.stream().mapToLong(round -> round.ledger().lost()));
        total("events unaccounted for", rounds.stream().mapToLong(round -> round.ledger()
                .unaccounted()));
    }

    private <T> void add(String what, String format, List<T> rounds, ToDoubleFunction<T> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        String median = String.format(Locale.ROOT, format, median(sorted));
        String range = String.format(Locale.ROOT, format + " – " + format, sorted[0], sorted[sorted.length - 1]);
        lines.add(new Line(what, median, range));
    }

    private void total(String what, LongStream figures) {
        lines.add(new Line(what, String.format(Locale.ROOT, "%,d", figures.sum()), ""));
    }

    static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Whether every event of every round is in Kafka. */
    boolean isWhole() {
        return whole;
    }

    String text() {
        var text = new StringBuilder();
        for (var line : lines) {
            text.append(String.format("%-60s %14s  %s", line.what(), line.median(), line.range())
                    .stripTrailing());
            text.append('\n');
        }
        return text.append(machine()).toString();
    }

    String markdown() {
        var text = new StringBuilder();
        for (var line : lines) {
            text.append("| %s | %s | %s |%n".formatted(line.what(), line.median(), line.range()));
            if (line == lines.get(0)) {
                text.append("|---|--:|--:|\n");
            }
        }
        return text.append('\n').append(machine()).toString();
    }

    /** What it was measured on. */
    private static String machine() {
        String cpu = "unknown CPU";
        String kernel = "?";
        try (var cpuInfo = Files.lines(Path.of("/proc/cpuinfo"))) {
            kernel = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
            cpu = cpuInfo.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(cpu);
        } catch (IOException e) {
            cpu += " (" + e + ")";
        }
        return "Linux %s, %d CPUs (%s), JDK %s; flood, agent and broker share them."
                .formatted(kernel, Runtime.getRuntime().availableProcessors(), cpu, Runtime.version());
    }
}
