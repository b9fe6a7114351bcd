package io.skbstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real build of a copy of this module, with a schema that somebody has changed. */
@Timeout(900)
class SchemaBuildIT {
    private static final Path SCHEMA = Path.of("src", "main", "avro", "LoopbackByHost.avsc");

    @TempDir
    private Path clone;

    @BeforeEach
    void copyThisModule() throws IOException {
        Files.copy(Path.of("..", "pom.xml"), clone.resolve("pom.xml"));
        Path copy = Files.createDirectory(clone.resolve("schemas"));
        Files.copy(Path.of("pom.xml"), copy.resolve("pom.xml"));
        for (Path part : List.of(Path.of("src", "main"), Path.of("history"))) {
            try (Stream<Path> files = Files.walk(part).filter(Files::isRegularFile)) {
                for (Path file : files.toList()) {
                    Files.createDirectories(copy.resolve(file).getParent());
                    Files.copy(file, copy.resolve(file));
                }
            }
        }
    }

    @Test
    void aSchemaThatOthersCannotReadIsRefusedWithTheReason() throws Exception {
        change("{\"name\": \"packets\", \"type\": \"long\"", "{\"name\": \"packets\", \"type\": \"string\"");

        assertThat(build())
                .contains("BUILD FAILURE")
                .contains("the schemas break the contract of the topics:")
                .contains(
                        "  loopback-by-host-1 cannot read what LoopbackByHost.avsc writes: packets: reader type: LONG not"
                                + " compatible with writer type: STRING; leave its type as it is, and add a field of another name");
    }

    @Test
    void aSchemaThatIsNotInTheHistoryIsRefusedWithWhatToDo() throws Exception {
        change(
                "{\"name\": \"waiting\",",
                "{\"name\": \"other\", \"type\": \"long\", \"default\": 0, \"doc\": \"New.\"}, {\"name\": \"waiting\",");

        assertThat(build())
                .contains("BUILD FAILURE")
                .contains("  LoopbackByHost.avsc is not in schemas/history yet: copy it there under the next number");
    }

    private void change(String before, String after) throws IOException {
        Path file = clone.resolve("schemas").resolve(SCHEMA);
        String text = Files.readString(file);
        assertThat(text).contains(before);
        Files.writeString(file, text.replace(before, after));
    }

    /** Without the network, for this build has just used all that that one needs. */
    private String build() throws Exception {
        Path log = clone.resolve("build.log");
        Process maven = new ProcessBuilder(
                        "mvn",
                        "--batch-mode",
                        "--offline",
                        "-Dmaven.repo.local=" + System.getProperty("localRepository"),
                        "-Dspotless.check.skip=true",
                        "-Dmaven.test.skip=true",
                        "--file",
                        clone.resolve("schemas").toString(),
                        "process-classes")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(maven.waitFor(600, TimeUnit.SECONDS))
                    .as("the build has ended")
                    .isTrue();
        } finally {
            maven.destroyForcibly();
        }
        return Files.readString(log);
    }
}
