package io.skbstream.demo;

import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.PartException;
import io.skbstream.demo.part.StopSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the demo. Exit codes: 0 the ledger balances, 1 it does not or a part failed, 2 usage. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        sortOptions = false,
        description = {
            "Shows skbstream on this machine: a Kafka of its own on loopback, the agent, the sample consumer and gentle "
                    + "loopback traffic.",
            "Ends with the agent's ledger, and leaves nothing behind."
        })
public final class Main implements Callable<Integer> {
    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long to stream, from the first event. Default: until Ctrl-C.")
    private Integer seconds;

    @Option(
            names = "--window",
            paramLabel = "TIME",
            defaultValue = "5s",
            description = "Length of the windows of the sums, 1s to 24h. Default: ${DEFAULT-VALUE}.")
    private String window;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "The clone of skbstream whose jars to run. Default: the one this jar is in.")
    private Path home;

    @Spec
    private CommandSpec spec;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main())
                .setParameterExceptionHandler((error, rest) -> complain(error.getMessage() + "; see --help", 2))
                .setExecutionExceptionHandler((error, command, parsed) -> {
                    if (error instanceof PartException
                            || error instanceof IOException
                            || error instanceof KafkaException) {
                        return complain(error.getMessage(), 1);
                    }
                    throw error;
                })
                .execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (seconds != null && seconds < 1) {
            throw new ParameterException(spec.commandLine(), "--seconds " + seconds + " is less than 1");
        }
        requireWindowLength();
        if ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") != 0) {
            throw new PartException(
                    "loading a BPF program needs root, which this user is not; run: sudo ./skbstream demo");
        }
        var stop = StopSignal.install();
        var length = seconds == null ? null : Duration.ofSeconds(seconds);
        var parts = home == null ? Home.ofThisJar() : new Home(home.toAbsolutePath());
        return new Demo(parts, window, length, screen(), stop).run() ? 0 : 1;
    }

    private void requireWindowLength() {
        Duration length = Duration.ZERO;
        try {
            length = Duration.parse("PT" + window.toUpperCase(Locale.ROOT));
        } catch (DateTimeException e) {
            // Refused below, as any other length that is out of bounds.
        }
        if (length.compareTo(Duration.ofSeconds(1)) < 0 || length.compareTo(Duration.ofHours(24)) > 0) {
            throw new ParameterException(
                    spec.commandLine(), "--window " + window + " is not a time from 1s to 24h, such as 10s or 2m");
        }
    }

    private static Screen screen() throws IOException {
        String terminal = System.getenv().getOrDefault("TERM", "dumb");
        if (terminal.equals("dumb") || !stdoutIsTerminal()) {
            return new LineScreen(System.out);
        }
        boolean colours = System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
        return new LiveScreen(System.out, colours);
    }

    /** {@code System.console()} would also want stdin to be a terminal. */
    private static boolean stdoutIsTerminal() throws IOException {
        String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
    }

    private static int complain(String message, int exitCode) {
        System.err.println("demo: " + message);
        return exitCode;
    }

    /** The version in the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"skbstream demo " + Main.class.getPackage().getImplementationVersion()};
        }
    }
}
