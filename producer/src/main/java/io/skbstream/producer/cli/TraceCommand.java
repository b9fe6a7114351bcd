package io.skbstream.producer.cli;

import io.skbstream.clients.Given;
import io.skbstream.clients.MayBeEmpty;
import io.skbstream.clients.SafeText;
import io.skbstream.clients.StopSignal;
import io.skbstream.clients.SystemFailure;
import io.skbstream.clients.Terminal;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.capture.Attachment;
import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.capture.KernelCounts;
import io.skbstream.producer.capture.NetifReceiveProbe;
import io.skbstream.producer.capture.ProbeSettings;
import io.skbstream.producer.event.SkbPointer;
import io.skbstream.producer.event.WallClock;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.trace.HitPrinter;
import io.skbstream.producer.trace.JsonPrinter;
import io.skbstream.producer.trace.TextPrinter;
import io.skbstream.producer.trace.Trace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code trace}: one line a hit on the terminal, while a command runs or until it is stopped. Needs no Kafka. */
@Command(
        name = "trace",
        description = {
            "Prints one line a hit while COMMAND runs, or until Ctrl-C or --duration.",
            "In a pipe, COMMAND's own output goes to stderr, so that only hits are on stdout.",
            "Example: skbstream trace --device lo -- ping -c5 localhost"
        },
        exitCodeListHeading = "Exit code:%n",
        exitCodeList = {
            "0:ended by Ctrl-C, --duration or --count",
            "1:failed, without COMMAND",
            "2:not understood",
            "125:failed, with COMMAND",
            "126:COMMAND cannot be run",
            "127:there is no COMMAND",
            "else:COMMAND's own; 128 + N if signal N ended it"
        },
        mixinStandardHelpOptions = true,
        versionProvider = Skbstream.Version.class,
        sortOptions = false)
final class TraceCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(TraceCommand.class);
    private static final int WAKE_AT_ONCE = 1;
    private static final Duration END = Duration.ofSeconds(2);
    private static final int FAILED_WITH_COMMAND = 125;
    private static final int CANNOT_RUN = 126;
    private static final int NO_COMMAND = 127;

    @Mixin
    private ProbeOptions options;

    @Mixin
    private HookOptions hook;

    @Mixin
    private VmOptions vm;

    @Option(names = "--json", description = "One JSON object a line instead of columns.")
    private boolean json;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Converters.OfDuration.class,
            description = "End after 500ms, 20s, 2m, 1h, even if COMMAND still runs.")
    private Duration duration;

    @Option(names = "--count", paramLabel = "N", description = "End after so many hits, even if COMMAND still runs.")
    private Long count;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description =
                    "Only packets that came while the CPU ran this process; it need not be the one that they are for.")
    private Integer pid;

    @Option(
            names = "--comm",
            paramLabel = "NAME",
            description = "Only packets that came while the CPU ran a task with this name, of which the kernel keeps "
                    + ProbeSettings.MAX_COMM_BYTES + " bytes.")
    private String comm;

    @MayBeEmpty // as in: grep ''
    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "What to run, after --.")
    private List<String> command = List.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        var hooks = hook.hooks();
        var settings = settings();
        if (command.isEmpty()
                && spec.commandLine().getParseResult().originalArgs().contains("--")) {
            throw new ParameterException(
                    spec.commandLine(), "no command comes after --; write one, or leave -- out to trace until Ctrl-C");
        }
        return command.isEmpty() ? trace(hooks, settings) : traceCommand(hooks, settings);
    }

    /** Tells its own failures from those of the command, by the exit codes of {@code env}, {@code nice} and {@code timeout}. */
    private int traceCommand(List<Hook> hooks, ProbeSettings settings) throws Exception {
        spec.exitCodeOnExecutionException(FAILED_WITH_COMMAND);
        if (!command.stream().allMatch(Given::canBeHandedOn)) {
            throw new AgentException("cannot run " + String.join(" ", command)
                    + ": it has letters that this locale has not; start with LC_ALL=C.UTF-8");
        }
        Executable found = Executable.named(command.get(0));
        if (found != Executable.RUNS) {
            spec.exitCodeOnExecutionException(found == Executable.MISSING ? NO_COMMAND : CANNOT_RUN);
            throw new AgentException("cannot run '" + command.get(0) + "': " + found.why);
        }
        return trace(hooks, settings);
    }

    private int trace(List<Hook> hooks, ProbeSettings settings) throws Exception {
        StopSignal stop = StopSignal.install();
        Kernel.running().capabilities().require();
        boolean terminal = Terminal.isStdout();
        Attachment attachment = Attachment.atFirstOf(hooks, settings);
        attachment.refused().forEach(refusal -> LOG.warn("not used: {}", refusal));
        attachment.doubt().ifPresent(doubt -> LOG.warn("{}", doubt));
        try (NetifReceiveProbe probe = attachment.probe()) {
            PrintWriter out = new PrintWriter(System.out, false, SafeText.CHARSET);
            WallClock clock = new WallClock();
            SkbPointer pointer = new SkbPointer(options.pointer());
            HitPrinter printer = json
                    ? new JsonPrinter(out, probe.hook(), clock, pointer)
                    : new TextPrinter(out, terminal && Terminal.wantsColour(), probe.hook(), clock, pointer);
            Trace trace = new Trace(probe, printer, out, count == null ? Long.MAX_VALUE : count);
            printer.begin();
            out.flush(); // the header comes before the command's first word
            Process process = command.isEmpty() ? null : start(terminal && !json);
            KernelCounts counts = trace.run(untilEnd(stop, process));
            summarise(trace, counts, probe);
            return process == null ? ExitCode.OK : exitCode(process);
        }
    }

    private ProbeSettings settings() {
        if (count != null && count < 1) {
            throw wrong("--count", count, "write how many hits to show, from 1");
        }
        if (pid != null && pid < 1) {
            throw wrong("--pid", pid, "a process has a number from 1; idle CPUs run --comm swapper/CPU");
        }
        if (comm != null && comm.getBytes(StandardCharsets.UTF_8).length > ProbeSettings.MAX_COMM_BYTES) {
            throw wrong(
                    "--comm",
                    comm,
                    "the kernel keeps " + ProbeSettings.MAX_COMM_BYTES + " bytes of a name; write those");
        }
        return options.settings(WAKE_AT_ONCE)
                .withBtf(hook.btf())
                .withPid(pid == null ? 0 : pid)
                .withComm(comm == null ? "" : comm);
    }

    private ParameterException wrong(String option, Object value, String why) {
        return new ParameterException(spec.commandLine(), option + " '" + value + "': " + why);
    }

    private BooleanSupplier untilEnd(StopSignal stop, Process process) {
        long startNs = System.nanoTime();
        return () -> stop.isRequested()
                || process != null && !process.isAlive()
                || duration != null && System.nanoTime() - startNs > duration.toNanos();
    }

    private Process start(boolean sharesStdout) {
        List<String> words = new ArrayList<>(command);
        if (!sharesStdout) { // Java can inherit stderr as stderr only; the shell can make it stdout
            words.addAll(0, List.of("/bin/sh", "-c", "exec \"$@\" >&2", "sh"));
        }
        ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
        try {
            return builder.start();
        } catch (IOException notRun) {
            spec.exitCodeOnExecutionException(CANNOT_RUN);
            throw new AgentException(
                    "cannot run " + String.join(" ", command) + ": " + SystemFailure.inWords(notRun)
                            + (SystemFailure.of(notRun) == SystemFailure.MISSING
                                    ? "; is the interpreter there that its first line names?" // it was itself, a moment
                                    // ago
                                    : ""),
                    notRun);
        }
    }

    /** What a shell would find under a name. */
    private enum Executable {
        RUNS(""),
        REFUSED("it is a folder, or a file that this user may not execute; see chmod"),
        MISSING("there is no such program; is it installed and in PATH?");

        private final String why;

        Executable(String why) {
            this.why = why;
        }

        static Executable named(String name) {
            if (name.isEmpty()) {
                return MISSING;
            }
            if (name.contains("/")) {
                return at(Path.of(name));
            }
            String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
            return Stream.of(path.split(":", -1))
                    .map(folder -> at(Path.of(folder, name)))
                    .min(Comparator.naturalOrder())
                    .orElse(MISSING);
        }

        private static Executable at(Path file) {
            if (Files.isExecutable(file) && !Files.isDirectory(file)) {
                return RUNS;
            }
            return Files.exists(file) ? REFUSED : MISSING;
        }
    }

    /** Of a command that ended; one that has to be ended by us did nothing wrong. */
    private static int exitCode(Process process) throws InterruptedException {
        if (!process.isAlive()) {
            return process.exitValue();
        }
        process.destroy();
        if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return ExitCode.OK;
    }

    private static void summarise(Trace trace, KernelCounts counts, NetifReceiveProbe probe) {
        String limited = counts.rateLimited() == 0
                ? ""
                : String.format(Locale.ROOT, ", %,d beyond the rate limit", counts.rateLimited());
        System.err.printf(
                Locale.ROOT,
                "%,d hits shown, %,d lost to a full ring, %,d filtered%s (hook: %s)%n",
                trace.printed(),
                counts.ringFull(),
                counts.filtered(),
                limited,
                probe.hook().option());
    }
}
