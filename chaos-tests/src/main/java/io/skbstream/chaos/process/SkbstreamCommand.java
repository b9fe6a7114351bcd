package io.skbstream.chaos.process;

import io.skbstream.chaos.process.Jars.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A command of the agent's jar that ends by itself: {@code audit}, {@code spool verify}. */
public final class SkbstreamCommand {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    /**
     * What it said.
     *
     * @param exitCode its exit code
     * @param out its stdout
     * @param tail the end of its stderr
     */
    public record Result(int exitCode, String out, String tail) {}

    private SkbstreamCommand() {}

    /** Runs it inside a mount namespace and waits for its end. */
    public static Result run(Jars jars, MountNamespace mounts, Path folder, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(jars.command(Program.COMMAND));
        command.addAll(arguments);
        try (Child child = Child.start(arguments.get(0), folder, mounts.entering(command))) {
            int exitCode = child.awaitEnd(LIMIT);
            return new Result(exitCode, child.out(), child.tail());
        }
    }
}
