package io.skbstream.kerneltests;

import io.skbstream.producer.it.AgentProcess;
import io.skbstream.producer.kernel.Kernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The machine that the tests run in: theirs alone, and gone afterwards. */
final class Guest {

    /** What is here at the end is carried out of the guest. */
    static final Path RESULTS = Path.of("/results");

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
        command.addAll(List.of(
                AgentProcess.java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", "target/skbstream.jar"));
        command.addAll(List.of(arguments));
        Command done = Command.run(command);
        return new Command("./skbstream " + String.join(" ", arguments), done.exitCode(), done.output());
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
