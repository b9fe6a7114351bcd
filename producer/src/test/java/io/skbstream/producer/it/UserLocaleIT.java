package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The user's language and charset: what other programs and later starts read is the same in all of them. */
@LiveKernel
class UserLocaleIT {

    private static final int EVENTS = 20;

    @TempDir
    private Path folder;

    @Test
    void aSpoolThatIsWrittenInArabicIsReadInAnyLanguage() throws Exception {
        Path spool = folder.resolve("spool");
        try (LoopbackTraffic traffic = new LoopbackTraffic();
                AgentProcess agent = AgentProcess.start(command(
                        List.of(),
                        List.of("-Duser.language=ar", "-Duser.country=EG"),
                        "run --bootstrap-servers 127.0.0.1:9 --host x --netns %s --spool-dir %s"
                                .formatted(traffic.inode(), spool)))) {
            agent.awaitCapturing();
            traffic.send(EVENTS);
            agent.await("a segment", () -> names(spool).stream().anyMatch(name -> name.matches(".{12,}\\.avro")));
            assertThat(names(spool)).allSatisfy(name -> assertThat(name).matches("[ -~]+"));
            agent.awaitSpooled(spool, EVENTS);
            assertThat(agent.ledger().get("spooled").asLong()).isEqualTo(EVENTS);
        }
    }

    /** The letter's UTF-8 ends with 0x9b, which such a terminal takes for the begin of a command. */
    @Test
    void traceWritesInTheCharsetOfItsOutput() throws Exception {
        try (LoopbackTraffic traffic = new LoopbackTraffic();
                AgentProcess trace = traffic.namespace().run(() -> {
                    List<String> command = command(
                            List.of("bash", "-o", "pipefail", "-c", "\"$@\" | od -An -v -to1", "bash"),
                            List.of("-Dstdout.encoding=ISO-8859-2", "-Dsun.stdout.encoding=ISO-8859-2"),
                            "trace --netns self -- bash -c");
                    command.add("printf '\\304\\233' > /proc/self/comm; exec 3<>/dev/udp/127.0.0.1/9; echo >&3");
                    return AgentProcess.start(command);
                })) {
            assertThat(trace.exitCode()).as(trace.err()).isZero();
            assertThat(trace.out()).contains(" 354").doesNotContain(" 233");
        }
    }

    private static List<String> command(List<String> before, List<String> flags, String arguments) {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(AgentProcess.java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(flags);
        command.addAll(List.of("-jar", AgentProcess.JAR.toString()));
        command.addAll(List.of(arguments.split(" ")));
        return command;
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
