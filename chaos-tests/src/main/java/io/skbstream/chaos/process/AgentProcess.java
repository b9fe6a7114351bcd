package io.skbstream.chaos.process;

import io.skbstream.chaos.process.Jars.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The real agent: {@code skbstream.jar run}. Used by the thread that started it. */
public final class AgentProcess implements AutoCloseable {

    private static final String CAPTURING = "capturing at";
    private static final Pattern SESSION = Pattern.compile("as host \\S+, session (\\d+)");

    private final Child child;

    private AgentProcess(Child child) {
        this.child = child;
    }

    /** Starts it inside a mount namespace and returns at once. */
    static AgentProcess start(Jars jars, MountNamespace mounts, Path folder, String name, AgentOptions options)
            throws IOException {
        List<String> command = new ArrayList<>(options.environment());
        command.addAll(jars.command(Program.AGENT));
        command.add("run");
        command.addAll(options.arguments());
        return new AgentProcess(Child.start(name, folder, mounts.entering(command)));
    }

    /** Whether it has said that it captures. */
    public boolean isCapturing() {
        return child.err().contains(CAPTURING);
    }

    /** Its session, in milliseconds since the Unix epoch, as its log tells. */
    public long session() {
        Matcher session = SESSION.matcher(child.err());
        if (!session.find()) {
            throw new ChaosException("the agent named no session; it said:" + child.tail());
        }
        return Long.parseLong(session.group(1));
    }

    public void signal(String name) throws IOException, InterruptedException {
        child.signal(name);
    }

    /** Waits for its end, and returns its exit code. */
    public int awaitEnd(Duration limit) throws InterruptedException {
        return child.awaitEnd(limit);
    }

    /** The one line on stdout, if there is one. */
    public Optional<String> ledger() {
        return child.out().lines().filter(line -> line.startsWith("{")).findFirst();
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    /** What it logged. */
    public String log() {
        return child.err();
    }

    /** The end of that. */
    public String tail() {
        return child.tail();
    }

    /** Memory that it has in RAM, in KiB. */
    public long residentKib() throws IOException {
        return child.residentKib();
    }

    @Override
    public void close() {
        child.close();
    }
}
