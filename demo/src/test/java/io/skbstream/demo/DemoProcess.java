package io.skbstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The demo's jar as a process. Everything temporary goes into one folder, so what a run leaves is what is in there. */
final class DemoProcess implements AutoCloseable {
    private static final Path JAR = Path.of(System.getProperty("demo.jar"));
    private static final long PATIENCE_S = 180;

    private final Path temporary;
    private final Process process;

    private DemoProcess(Path temporary, Process process) {
        this.temporary = temporary;
        this.process = process;
    }

    static DemoProcess start(Path temporary, String... options) throws IOException {
        return startBy(List.of(), temporary, options);
    }

    /** The same, by another program such as {@code setpriv}. */
    static DemoProcess startBy(List<String> wrapper, Path temporary, String... options) throws IOException {
        var command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
        command.addAll(List.of("-Djava.io.tmpdir=" + temporary, "-jar", JAR.toString()));
        command.addAll(List.of(options));
        return new DemoProcess(
                temporary, new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Reads on to a line that begins so, and returns the group. */
    String awaitLine(String pattern) throws IOException {
        Pattern begin = Pattern.compile(pattern);
        var read = new ArrayList<String>();
        for (String line = process.inputReader().readLine();
                line != null;
                line = process.inputReader().readLine()) {
            read.add(line);
            Matcher matcher = begin.matcher(line);
            if (matcher.lookingAt()) {
                return matcher.group(1);
            }
        }
        throw new AssertionError("the demo ended without a line " + pattern + ":\n" + String.join("\n", read));
    }

    void awaitHeader() throws IOException {
        awaitLine("(" + Pattern.quote(Row.HEADER) + ")$");
    }

    /** Its other lines, up to its end. */
    List<String> remainingLines() {
        return process.inputReader().lines().toList();
    }

    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    /** The processes that it has started and that run, those that they have started included. */
    List<ProcessHandle> parts() {
        List<ProcessHandle> parts = process.descendants().toList();
        assertThat(parts).as("broker, agent, consumer and the folder's remover").hasSizeGreaterThanOrEqualTo(4);
        return parts;
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.toHandle().destroy(); // Process.destroy() would close the pipe too
    }

    /** Sends SIGKILL. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Waits for the parts to end and the folder to be empty: the last part empties it, perhaps after the demo has ended. */
    void assertNothingIsLeft(List<ProcessHandle> parts) throws Exception {
        var ends = parts.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(ends).get(PATIENCE_S, TimeUnit.SECONDS);
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!isEmpty(temporary) && System.nanoTime() - deadlineNs < 0) {
            Thread.sleep(50);
        }
        assertThat(temporary).isEmptyDirectory();
    }

    /** Holds its ledger, which is one of the lines, to the account, and returns it. */
    static JsonNode assertBalanced(List<String> lines) throws IOException {
        String line = lines.stream()
                .filter(text -> text.startsWith("{"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no ledger:\n" + String.join("\n", lines)));
        JsonNode ledger = new ObjectMapper().readTree(line);
        assertThat(ledger.path("acked").longValue()).isPositive();
        assertThat(ledger.required("unaccounted").longValue()).isZero();
        assertThat(lines.get(lines.size() - 1)).startsWith("every one of ").endsWith(" 0 lost, 0 unaccounted");
        return ledger;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
