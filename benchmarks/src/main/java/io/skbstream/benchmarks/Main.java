package io.skbstream.benchmarks;

import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.PartsProgram;
import io.skbstream.demo.part.StopSignal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the benchmark. Exit codes: 0 nothing was lost, 1 something was or a part failed, 2 usage. */
@Command(
        name = "bench",
        description = {
            "Floods loopback with 64-byte UDP datagrams from one thread, without and with the agent in turn, and prints the "
                    + "flood's rate, what was carried to Kafka, and what that cost.",
            "Kafka is a broker of its own on this machine; all is removed at the end."
        })
public final class Main extends PartsProgram {
    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Length of each flood. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Floods without and with the agent, each. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--guards",
            description = "Ask instead what guards and metrics cost: each flood with them and without, in turn.")
    private boolean guards;

    @Option(names = "--markdown", description = "Print the table in Markdown, as docs/performance.md has it.")
    private boolean markdown;

    public static void main(String[] args) {
        execute(new Main(), args);
    }

    @Override
    protected void checkUsage() {
        if (seconds < 1 || rounds < 1) {
            throw usage("--seconds and --rounds must be at least 1");
        }
    }

    @Override
    protected int run(Home parts, StopSignal stop) throws Exception {
        var benchmark = new PipelineBenchmark(parts, rounds, seconds, stop);
        var report = guards ? Report.ofGuards(benchmark.runGuarded()) : Report.ofPipeline(benchmark.run());
        System.out.println(markdown ? report.markdown() : report.text());
        return report.isWhole() ? 0 : 1;
    }
}
