package io.skbstream.demo;

import io.skbstream.clients.StopSignal;
import io.skbstream.clients.Terminal;
import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.PartsProgram;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the demo. Exit codes: 0 the ledger balances, 1 it does not or a part failed, 2 usage. */
@Command(
        name = "demo",
        description = {
            "Shows skbstream on this machine: a Kafka of its own on loopback, the agent, the sample consumer and gentle "
                    + "loopback traffic.",
            "Ends with the agent's ledger, and leaves nothing behind."
        })
public final class Main extends PartsProgram {
    private static final Pattern LISTEN_ADDRESS = Pattern.compile("(?:\\S+:)?(\\d{1,5})");
    private static final int LARGEST_PORT = 65_535;

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
            names = "--http",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:0",
            description = "Where the live page is; port 0 is any free one. Default: ${DEFAULT-VALUE}.")
    private String http;

    @Option(
            names = "--vm",
            description =
                    "Run the agent and the traffic in a guest, at the kprobe of a stock Debian kernel that QEMU emulates;"
                            + " needs no root. ./skbstream demo does so by itself where the agent cannot run in this kernel.")
    private boolean vm;

    @Option(
            names = "--kernel",
            paramLabel = "5.10|6.1|6.12|unstable",
            defaultValue = "6.1",
            description = "The kernel of the guest. Default: ${DEFAULT-VALUE}.")
    private String kernel;

    public static void main(String[] args) {
        execute(new Main(), args);
    }

    @Override
    protected boolean needsRoot() {
        return !vm;
    }

    @Override
    protected void checkUsage() {
        var address = LISTEN_ADDRESS.matcher(http);
        if (!address.matches() || Integer.parseInt(address.group(1)) > LARGEST_PORT) {
            throw usage("--http " + http + " is no address to listen at; write HOST:PORT with a port from 0 (any) to "
                    + LARGEST_PORT);
        }
        if (seconds != null && seconds < 1) {
            throw usage("--seconds " + seconds + " is less than 1");
        }
        Duration length = Duration.ZERO;
        try {
            length = Duration.parse("PT" + window.toUpperCase(Locale.ROOT));
        } catch (DateTimeException e) {
            // Refused below, as any other length that is out of bounds.
        }
        if (length.compareTo(Duration.ofSeconds(1)) < 0 || length.compareTo(Duration.ofHours(24)) > 0) {
            throw usage("--window " + window + " is not a time from 1s to 24h, such as 10s or 2m");
        }
    }

    @Override
    protected int run(Home parts, StopSignal stop) throws Exception {
        var length = seconds == null ? null : Duration.ofSeconds(seconds);
        Machine machine = vm ? new Machine.Guest(kernel) : new Machine.This();
        return new Demo(parts, machine, window, http, length, screen(), stop).run() ? 0 : 1;
    }

    private static Screen screen() {
        boolean redraws = !System.getenv().getOrDefault("TERM", "dumb").equals("dumb") && Terminal.isStdout();
        return redraws ? new LiveScreen(System.out, Terminal.wantsColour()) : new LineScreen(System.out);
    }
}
