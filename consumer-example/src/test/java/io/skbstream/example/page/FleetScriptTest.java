package io.skbstream.example.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs src/test/js/fleet.test.mjs, the tests of what the page reckons in the browser, with Node.js. */
class FleetScriptTest {
    private static final Path SITE = Path.of("src/main/resources/io/skbstream/example/page/site");
    private static final Path TESTS = Path.of("src/test/js/fleet.test.mjs");

    @TempDir
    private Path folder;

    @Test
    void theBrowsersHalfOfTheFleetDoesWhatItsTestsSay() throws Exception {
        assumeTrue(
                Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                        .anyMatch(bin -> Files.isExecutable(Path.of(bin, "node"))),
                "there is no Node.js; on Debian: apt-get install nodejs");
        Files.writeString(folder.resolve("package.json"), "{\"type\": \"module\"}");
        for (Path file : new Path[] {SITE.resolve("fleet.js"), SITE.resolve("format.js"), TESTS}) {
            Files.copy(file, folder.resolve(file.getFileName()));
        }
        Path output = folder.resolve("output");
        var node = new ProcessBuilder("node", TESTS.getFileName().toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(node.waitFor(300, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            node.destroyForcibly();
        }
        assertThat(node.exitValue()).as(Files.readString(output)).isZero();
        assertThat(Files.readString(output)).contains("\n# fail 0\n").doesNotContain("\n# pass 0\n");
    }
}
