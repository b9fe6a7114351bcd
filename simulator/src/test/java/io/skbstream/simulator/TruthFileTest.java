package io.skbstream.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.simulator.fleet.Fleet;
import io.skbstream.simulator.fleet.FleetSettings;
import io.skbstream.simulator.fleet.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The truth goes to what the user names. What is no file stays what it is. */
@Timeout(60)
class TruthFileTest {

    private static final FleetSettings SETTINGS = new FleetSettings(
            1, 1, "h", 1, 10, 0, 1000, Long.MAX_VALUE, 5000, "events", 1, new Trouble(0, 0, 0, 0, 0, 1000, 2000, 0));

    @TempDir
    private Path folder;

    @Test
    void aPipeIsWrittenToAndStays() throws Exception {
        Path pipe = folder.resolve("pipe");
        Path read = folder.resolve("read");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Process reader = new ProcessBuilder("cat", pipe.toString())
                .redirectOutput(read.toFile())
                .start();
        try {
            write(pipe);
            assertThat(Files.isRegularFile(pipe)).isFalse();
            assertThat(reader.waitFor()).isZero();
            assertThat(Files.readString(read)).contains("\"kind\":");
        } finally {
            reader.destroyForcibly();
        }
    }

    @Test
    void aLinkStaysOne() throws Exception {
        Path target = Files.writeString(folder.resolve("target"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);

        write(link);
        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(target)).contains("\"kind\":").doesNotContain("old");
    }

    @Test
    void aFileIsReplacedOnceTheTruthIsWhole() throws Exception {
        Path file = Files.writeString(folder.resolve("truth"), "old");
        try (var truth = new TruthFile(Optional.of(file))) {
            assertThat(file).hasContent("old");
            truth.write(new Fleet(SETTINGS).truth());
        }
        assertThat(Files.readString(file)).contains("\"kind\":").doesNotContain("old");
        assertThat(folder).isDirectoryContaining(path -> path.equals(file)).isDirectoryNotContaining("glob:**.part");
    }

    private static void write(Path file) throws IOException {
        try (var truth = new TruthFile(Optional.of(file))) {
            truth.write(new Fleet(SETTINGS).truth());
        }
    }
}
