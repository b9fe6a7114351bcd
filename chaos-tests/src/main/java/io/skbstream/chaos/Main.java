package io.skbstream.chaos;

import io.skbstream.chaos.cluster.ClusterLab;
import io.skbstream.chaos.cluster.ClusterSchedules;
import io.skbstream.chaos.process.ChaosException;
import io.skbstream.chaos.process.Jars;
import io.skbstream.chaos.run.Kills;
import io.skbstream.chaos.run.Lab;
import io.skbstream.chaos.run.Outage;
import io.skbstream.chaos.run.Refusals;
import io.skbstream.chaos.run.Report;
import io.skbstream.chaos.run.Schedules;
import io.skbstream.chaos.run.Terminations;
import io.skbstream.clients.Program;
import io.skbstream.demo.part.ScratchFolder;
import io.skbstream.producer.kernel.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. Exit codes: 0 everything passed, or was skipped aloud; 1 something failed; 2 usage. */
@Command(
        name = "test-chaos",
        description = {
            "Lets things go wrong between the real agent and a real broker, or three, at random but from a seed, and checks the "
                    + "account.",
            "The last line counts what passed, failed and was skipped."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class Main implements Callable<Integer> {

    /** What can be run alone. */
    enum Part {
        SCHEDULES,
        OUTAGE,
        KILLS,
        TERMINATIONS,
        REFUSALS,
        CLUSTER
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Of all schedules; those of the cluster have it and the following ones. Default: a new one, which is "
                            + "printed.")
    private Long seed;

    @Option(
            names = "--schedules",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many schedules of faults, with one broker and with three. Default: ${DEFAULT-VALUE}.")
    private int schedules;

    @Option(
            names = "--replay",
            paramLabel = "SEED",
            description = "Only the schedule of this seed: the same faults in the same order.")
    private Long replay;

    @Option(
            names = "--outage",
            paramLabel = "TIME",
            defaultValue = "2m",
            description = "How long the broker is stopped, such as 2m or 30m. Default: ${DEFAULT-VALUE}.")
    private String outage;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Events a second during the outage. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "50",
            description = "How often the agent is killed. Default: ${DEFAULT-VALUE}.")
    private int kills;

    @Option(
            names = "--table",
            paramLabel = "FILE",
            description =
                    "Add the cluster's table of outcomes to the one in this file, so that a run can be made in parts.")
    private Path table;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "Only these: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<Part> only = List.of(Part.values());

    /** Runs it in this thread, which the processes are tied to. */
    public static void main(String[] args) {
        System.setProperty("logback.configurationFile", "chaos-logback.xml");
        Program.run(Program.of(new Main()), args);
    }

    @Override
    public Integer call() throws Exception {
        Duration outageLength = outageLength();
        check(schedules >= 0, "--schedules " + schedules + " is less than 0");
        check(kills >= 1, "--kills " + kills + " is less than 1");
        check(rate >= 1, "--rate " + rate + " is less than 1");
        Report report = new Report(System.out);
        List<String> missing = Kernel.running().capabilities().missing();
        if (!missing.isEmpty() || !Kernel.running().btf().isThere()) {
            String why = missing.isEmpty()
                    ? "needs a kernel with BTF: no /sys/kernel/btf/vmlinux"
                    : "needs root: " + String.join(" and ", missing) + " missing";
            only.forEach(part -> report.skip(part.name().toLowerCase(Locale.ROOT), why));
            report.total();
            return 0;
        }
        try (var scratch = ScratchFolder.create()) {
            run(scratch.path(), report, outageLength);
        } catch (ChaosException | IOException e) {
            report.say("test-chaos: " + e.getMessage());
            report.total();
            return 1;
        }
        report.total();
        return report.hasFailures() ? 1 : 0;
    }

    private void run(Path scratch, Report report, Duration outageLength) throws Exception {
        Path kept = Path.of(System.getProperty("java.io.tmpdir"), "skbstream-chaos-failed");
        boolean cluster = replay == null && only.contains(Part.CLUSTER);
        if (!cluster || only.size() > 1) {
            try (Lab lab = Lab.open(Jars.homeOfThisJar(), scratch)) {
                run(lab, report, kept, outageLength);
            }
        }
        if (cluster) {
            try (ClusterLab lab = ClusterLab.open(Jars.homeOfThisJar(), scratch)) {
                new ClusterSchedules(lab, report, kept, Optional.ofNullable(table)).run(seed(), schedules);
            }
        }
    }

    /** All that needs one broker. */
    private void run(Lab lab, Report report, Path kept, Duration outageLength) throws Exception {
        if (replay != null) {
            new Schedules(lab, report, kept).replay(replay);
            return;
        }
        for (Part part : only) {
            switch (part) {
                case SCHEDULES -> new Schedules(lab, report, kept).runAll(seed(), schedules);
                case OUTAGE -> new Outage(lab, report, kept).run(outageLength, rate);
                case KILLS -> new Kills(lab, report, kept).run(seed(), kills);
                case TERMINATIONS -> new Terminations(lab, report, kept).run(seed());
                case REFUSALS -> new Refusals(lab, report, kept).run();
                case CLUSTER -> {} // has brokers of its own
            }
        }
    }

    private long seed() {
        if (seed == null) {
            seed = Math.floorMod(System.nanoTime(), 1_000_000_000L);
        }
        return seed;
    }

    private Duration outageLength() {
        try {
            Duration length = Duration.parse("PT" + outage.toUpperCase(Locale.ROOT));
            check(length.compareTo(Duration.ofSeconds(5)) >= 0, "--outage " + outage + " is shorter than 5s");
            return length;
        } catch (DateTimeException e) {
            throw new ParameterException(
                    spec.commandLine(), "--outage " + outage + " is no time, such as 2m or 30m", e);
        }
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
