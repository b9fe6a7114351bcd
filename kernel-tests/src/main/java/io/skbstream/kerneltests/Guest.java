package io.skbstream.kerneltests;

import io.skbstream.producer.it.AgentProcess;
import io.skbstream.producer.it.Broker;
import io.skbstream.producer.kernel.Kernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The machine that the tests run in: theirs alone, and gone afterwards. */
final class Guest {

    /** What is here at the end is carried out of the guest. */
    static final Path RESULTS = Path.of("/results");

    /** How {@code trace} with a command ends when it fails itself, as {@code env} and {@code timeout} do. */
    static final int TRACE_FAILED = 125;

    private static final Pattern FINE = Pattern.compile("(?:^OK    (?!hook|lockdown).*\\R)+", Pattern.MULTILINE);

    private static final boolean IS_AMD64 = System.getProperty("os.arch").equals("amd64");

    private Guest() {}

    /** Whether this kernel attaches BPF trampolines to functions: arm64's does since Linux 6.4. */
    static boolean hasTrampolines() {
        return IS_AMD64 || Kernel.running().isAtLeast(6, 4);
    }

    /** Runs the agent's jar to its end, as root. */
    static Command skbstream(String... arguments) {
        return skbstreamBy(List.of(), arguments);
    }

    /** The same, started by another program, as {@code setpriv} or {@code unshare}. */
    static Command skbstreamBy(List<String> starter, String... arguments) {
        List<String> command = new ArrayList<>(starter);
        // In an emulator, compiling costs more than it saves in the few seconds of such a run.
        command.addAll(List.of(AgentProcess.java(), "-Xint", "-XX:+UseSerialGC", "-jar", "target/skbstream.jar"));
        command.addAll(List.of(arguments));
        Command done = Command.run(command);
        return new Command("./skbstream " + String.join(" ", arguments), done.exitCode(), done.output());
    }

    /** Starts the agent on the lab's receiver alone, into a topic of one partition, and waits until it captures. */
    static AgentProcess capture(Broker broker, String topic, Lab lab, String hook) throws Exception {
        return AgentProcess.capture(broker, topic, lab.inode(), patiently("--hook", hook));
    }

    /** Arguments of whatever talks to a broker: in an emulator that takes its time, which is not what is tested here. */
    static String[] patiently(String... arguments) {
        Stream<String> patience = Stream.of(
                "-K",
                "default.api.timeout.ms=60000",
                "-K",
                "request.timeout.ms=60000",
                "-K",
                "delivery.timeout.ms=120000");
        return Stream.concat(Stream.of(arguments), patience).toArray(String[]::new);
    }

    /**
     * Keeps what commands said for docs/operations.md, under a heading; files are sorted by name. Of the doctor's findings
     * that are OK only hook and lockdown are told.
     */
    static void keep(String name, String heading, Command... commands) {
        StringBuilder text = new StringBuilder("### " + heading + "\n\nOn Linux ")
                .append(Kernel.running().release())
                .append(":\n\n```console\n");
        for (Command command : commands) {
            text.append("$ ")
                    .append(command.line())
                    .append('\n')
                    .append(FINE.matcher(command.output()).replaceAll("…\n"));
        }
        try {
            Files.writeString(
                    Files.createDirectories(RESULTS.resolve("operations")).resolve(name + ".md"),
                    text.append("```\n\n").toString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
