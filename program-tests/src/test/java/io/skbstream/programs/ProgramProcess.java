package io.skbstream.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A runnable jar as a process, with the flags that the launcher gives to every JVM. Closing it kills it. */
final class ProgramProcess implements AutoCloseable {
    /** Longer than anything takes, on a machine that is busy with other work. */
    private static final int PATIENCE_S = 300;

    private static final List<String> NOT_FOR_IT =
            List.of("KAFKA_BOOTSTRAP_SERVERS", "SCHEMA_REGISTRY_URL", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

    private final Path err;
    private final Path temporary;
    private final Process process;

    private ProgramProcess(Path err, Path temporary, Process process) {
        this.err = err;
        this.temporary = temporary;
        this.process = process;
    }

    /** @param out where its stdout goes */
    static ProgramProcess start(Path folder, File out, Path jar, String... arguments) throws IOException {
        return start(folder, out, "exec \"$@\"", jar, arguments);
    }

    /** The same behind a shell that starts it by {@code script}, as {@code "$@"}. */
    static ProgramProcess start(Path folder, File out, String script, Path jar, String... arguments)
            throws IOException {
        Path temporary = Files.createTempDirectory(folder, "tmp");
        Path err = Files.createTempFile(folder, "err", "");
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=HUP,INT,QUIT,PIPE"));
        command.addAll(List.of("bash", "-c", script, "sh"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(outputFlags());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx256m"));
        command.addAll(List.of("-Djava.io.tmpdir=" + temporary, "-jar", jar.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out)
                .redirectError(err.toFile());
        builder.environment().keySet().removeAll(NOT_FOR_IT);
        return new ProgramProcess(err, temporary, builder.start());
    }

    /** The launcher's, for every JVM. */
    static List<String> outputFlags() throws IOException {
        Matcher flags = Pattern.compile("(?m)^output_flags=\"(.*)\"$")
                .matcher(Files.readString(Programs.CLONE.resolve("skbstream")));
        assertThat(flags.find()).as("output_flags of the launcher").isTrue();
        return List.of(flags.group(1).split(" "));
    }

    /** Waits until it has said something on stderr. */
    ProgramProcess awaitSaid(String words) throws IOException, InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!err().contains(words)) {
            assertThat(process.isAlive()).as("alive; it said: %s", err()).isTrue();
            assertThat(System.nanoTime() - endNs)
                    .as("time left for '%s'; it said: %s", words, err())
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return this;
    }

    /** Sends signals by name, one behind the other without a pause. */
    ProgramProcess signal(String... names) throws IOException, InterruptedException {
        StringBuilder kills = new StringBuilder();
        for (String name : names) {
            kills.append("kill -")
                    .append(name)
                    .append(' ')
                    .append(process.pid())
                    .append("; ");
        }
        new ProcessBuilder("bash", "-c", kills.toString()).start().waitFor();
        return this;
    }

    int exitCode() throws IOException, InterruptedException {
        assertThat(process.waitFor(PATIENCE_S, TimeUnit.SECONDS))
                .as("it ends; it said: %s", err())
                .isTrue();
        return process.exitValue();
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    /** Where its temporary files are. */
    Path temporary() {
        return temporary;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
