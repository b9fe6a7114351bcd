package io.skbstream.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/** What the rounds came to: a table for the terminal, or the same in Markdown. */
final class Report {
    private record Line(String what, String median, String range) {}

    private final List<Round> rounds;
    private final List<Line> lines = new ArrayList<>();

    Report(List<Round> rounds) {
        this.rounds = rounds;
        lines.add(new Line("", "median", "min – max"));
        add("flood without the agent, packets/s", "%,.0f", round -> round.without()
                .packetsPerSecond());
        add("flood with the agent, packets/s", "%,.0f", round -> round.with().packetsPerSecond());
        add("with / without", "%.2f", Round::ratio);
        add("carried to Kafka, events/s", "%,.0f", Round::carriedPerSecond);
        add("agent's CPU, ns an event", "%,.0f", Round::warmCpuNsPerEvent);
        add("the same, with the start of the JVM and the first flood", "%,.0f", Round::lifeCpuNsPerEvent);
        total("events captured, all rounds", rounds.stream().mapToLong(round -> round.ledger()
                .captured()));
        total("events in Kafka, by the topics' end offsets", rounds.stream().mapToLong(Round::inKafka));
        total("events lost", rounds.stream().mapToLong(round -> round.ledger().lost()));
        total("events unaccounted for", rounds.stream().mapToLong(round -> round.ledger()
                .unaccounted()));
    }

    private void add(String what, String format, ToDoubleFunction<Round> figure) {
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
        return rounds.stream().allMatch(Round::isWhole);
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
