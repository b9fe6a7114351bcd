package io.skbstream.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What the rounds came to: a table for the terminal, or the same in Markdown. */
final class Report {
    private final Table table = new Table("", "median", "min – max");
    private final boolean whole;

    private Report(boolean whole) {
        this.whole = whole;
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

    /** Of the same topic, by poll loops and by the job. */
    static Report ofJob(List<JobRound> rounds) {
        var report = new Report(rounds.stream().allMatch(JobRound::isExact));
        report.add("bare poll loop, records/s", "%,.0f", rounds, round -> round.bare()
                .perSecond());
        report.add("poll loop that decodes, records/s", "%,.0f", rounds, round -> round.decoding()
                .perSecond());
        report.add("job, records/s", "%,.0f", rounds, round -> round.steady().perSecond());
        report.add("the same, with the start of the JVM", "%,.0f", rounds, round -> round.whole()
                .perSecond());
        report.add("job / bare poll loop", "%.3f", rounds, JobRound::toBare);
        report.add("job / poll loop that decodes", "%.3f", rounds, JobRound::toDecoding);
        report.add("bare poll loop's CPU, ns a record", "%,.0f", rounds, round -> round.bare()
                .cpuNsPerRecord());
        report.add("decoding poll loop's CPU, ns a record", "%,.0f", rounds, round -> round.decoding()
                .cpuNsPerRecord());
        report.add("job's CPU, ns a record", "%,.0f", rounds, round -> round.steady()
                .cpuNsPerRecord());
        report.add("the same, with the start of the JVM", "%,.0f", rounds, round -> round.whole()
                .cpuNsPerRecord());
        report.total("records in the topic", rounds.stream().limit(1).mapToLong(round -> round.truth()
                .records()));
        report.total("rounds", LongStream.of(rounds.size()));
        report.total(
                "rounds whose rows add up to the simulator's truth",
                LongStream.of(rounds.stream().filter(JobRound::isExact).count()));
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
        table.add(what, median, range);
    }

    private void total(String what, LongStream figures) {
        table.add(what, String.format(Locale.ROOT, "%,d", figures.sum()), "");
    }

    static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Whether every event of every round is where it belongs: in Kafka, or in the job's rows. */
    boolean isWhole() {
        return whole;
    }

    String text() {
        return table.text() + Machine.describe();
    }

    String markdown() {
        return table.markdown() + '\n' + Machine.describe();
    }
}
