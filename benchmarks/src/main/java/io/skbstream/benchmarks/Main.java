package io.skbstream.benchmarks;

import io.skbstream.clients.StopSignal;
import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.PartsProgram;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * The command line of the benchmark. Exit codes: 0 all is well; 1 something was lost or miscounted, or memory grew, or a part
 * failed; 2 usage.
 */
@Command(
        name = "bench",
        description = {
            "Floods loopback with 64-byte UDP datagrams from one thread, without and with the agent in turn, and prints the "
                    + "flood's rate, what was carried to Kafka, and what that cost.",
            "Kafka is a broker of its own on this machine; all is removed at the end."
        })
public final class Main extends PartsProgram {
    /** What is measured instead of the pipeline. */
    private static final class Question {
        @Option(
                names = "--guards",
                description = "Ask instead what guards and metrics cost: each flood with them and without, in turn.")
        private boolean guards;

        @Option(
                names = "--job",
                description =
                        "Ask instead how fast the sample consumer reads a topic that simulated hosts have filled, against "
                                + "a loop that only polls. Needs no root.")
        private boolean job;

        @Option(
                names = "--soak",
                paramLabel = "TIME",
                converter = Time.class,
                description =
                        "Ask instead whether the sample consumer's memory is flat while 1,000 simulated hosts send 10,000 "
                                + "events/s for so long, such as 10m. Needs no root.")
        private Duration soak;
    }

    @ArgGroup
    private Question question = new Question();

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Length of each flood. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "4000000",
            description = "With --job: records in the topic, about. Default: ${DEFAULT-VALUE}.")
    private long records;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Floods without and with the agent, each; or of --job. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--markdown", description = "Print the table in Markdown, as docs/performance.md has it.")
    private boolean markdown;

    public static void main(String[] args) {
        execute(new Main(), args);
    }

    @Override
    protected void checkUsage() {
        if (seconds < 1 || rounds < 1 || records < 1) {
            throw usage("--seconds, --rounds and --records must be at least 1");
        }
    }

    @Override
    protected boolean needsRoot() {
        return !question.job && question.soak == null;
    }

    @Override
    protected int run(Home parts, StopSignal stop) throws Exception {
        if (question.soak != null) {
            var report = new JobSoak(parts, question.soak, stop).run();
            System.out.println(markdown ? report.markdown() : report.text());
            return report.isGood() ? 0 : 1;
        }
        var report = measure(parts, stop);
        System.out.println(markdown ? report.markdown() : report.text());
        return report.isWhole() ? 0 : 1;
    }

    private Report measure(Home parts, StopSignal stop) throws Exception {
        if (question.job) {
            return Report.ofJob(new JobBenchmark(parts, rounds, records, stop).run());
        }
        var benchmark = new PipelineBenchmark(parts, rounds, seconds, stop);
        return question.guards ? Report.ofGuards(benchmark.runGuarded()) : Report.ofPipeline(benchmark.run());
    }

    /** Such as 90s, 10m or 1h. */
    private static final class Time implements ITypeConverter<Duration> {
        private static final Duration LEAST = Duration.ofSeconds(20);

        @Override
        public Duration convert(String text) {
            try {
                Duration time = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
                if (time.compareTo(LEAST) >= 0) {
                    return time;
                }
            } catch (DateTimeException e) {
                // Refused below, as a time that is too short.
            }
            throw new TypeConversionException("'" + text + "' is not a time of at least 20s, such as 90s or 10m");
        }
    }
}
