package io.skbstream.producer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skbstream.producer.spool.SpoolFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder with 30 events of a session that has stopped, of which 10 were replayed, and 2 events that Kafka refused. */
class SpoolCommandTest {

    @TempDir
    private Path parent;

    private Path folder;
    private String out;
    private String err;

    @BeforeEach
    void fill() {
        folder = parent.resolve("spool");
        SpoolFixture.fill(folder);
    }

    @Test
    void lsListsSegmentsTotalsAndTheAccount() {
        assertThat(run("ls")).isZero();
        List<String> lines = out.lines().toList();
        assertThat(lines.get(0).split(" +"))
                .containsExactly("SEGMENT", "STATE", "EVENTS", "BYTES", "RATIO", "FIRST", "LAST", "SESSION", "HOST");
        assertThat(lines.get(1)).matches("0 +waiting +20 .* 1000 +spool-host");
        assertThat(lines.get(2)).startsWith("20 events wait in 1 segments").endsWith("no agent runs on this folder");
        assertThat(lines.get(3)).startsWith("1 files of").endsWith("in rejected/");
        assertThat(lines.get(6)).matches("1000 +spool-host +STOPPED +30 +8 +20 +0 +2 +0 +0 +0 +8");
    }

    @Test
    void lsSpeaksJsonToo() throws IOException {
        assertThat(run("ls", "--json")).isZero();
        JsonNode listing = new ObjectMapper().readTree(out);
        assertThat(listing.path("in_use").asBoolean()).isFalse();
        assertThat(listing.path("events").asLong()).isEqualTo(20);
        assertThat(listing.path("segments").get(0).path("host").asText()).isEqualTo("spool-host");
        assertThat(listing.path("sessions").get(0).path("rejected").asLong()).isEqualTo(2);
    }

    @Test
    void lsTellsTheActiveSegmentOfARunningAgent() {
        SpoolFixture.whileInUse(folder, () -> {
            assertThat(run("ls")).isZero();
            assertThat(out).contains(" active ").contains("an agent runs on this folder");
            assertThat(run("verify")).as(out).isZero();
            assertThat(out).contains("an agent runs on this folder");
        });
    }

    @Test
    void catPrintsWhatWaitsAsJsonLines() throws IOException {
        assertThat(run("cat")).isZero();
        List<String> lines = out.lines().toList();
        assertThat(lines).hasSize(20);
        JsonNode first = new ObjectMapper().readTree(lines.get(0));
        assertThat(first.path("host").asText()).isEqualTo("spool-host");
        assertThat(first.path("session").asLong()).isEqualTo(1_000);
        assertThat(first.path("seq").asLong()).isEqualTo(10);
        assertThat(first.path("device").asText()).isEqualTo("lo");

        String all = out;
        assertThat(run("cat", "0")).isZero();
        assertThat(out).isEqualTo(all);
    }

    @Test
    void catPrintsRejectedEventsWithTheReason() throws IOException {
        assertThat(run("cat", "--rejected")).isZero();
        List<String> lines = out.lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(new ObjectMapper().readTree(lines.get(1)).path("reason").asText())
                .isEqualTo("RecordTooLargeException");
    }

    @Test
    void whatDoesNotExistIsNamed() {
        assertThat(run("cat", "7")).isEqualTo(1);
        assertThat(err).contains("there is no segment 7 in " + folder).contains("spool ls");
        assertThat(run("cat", "--rejected", "7")).isEqualTo(2);
        assertThat(execute("spool", "ls", "--spool-dir", "/no/such/folder")).isEqualTo(1);
        assertThat(err).contains("there is no spool folder /no/such/folder").contains("--spool-dir");
        assertThat(execute("spool")).isEqualTo(2);
    }

    @Test
    void verifySaysThatAllIsWell() {
        assertThat(run("verify")).as(out).isZero();
        assertThat(out).isEqualTo("OK    20 events in 2 blocks of 1 segments are whole%n".formatted());
    }

    @Test
    void verifyTellsATornTailAndWhatIsSafe() throws IOException {
        Path segment = segment();
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.setLength(file.length() - 1);
        }
        assertThat(run("verify")).isEqualTo(1);
        assertThat(out)
                .contains("BAD   " + segment + " is torn at ")
                .contains("10 events before are safe")
                .contains("the account says that 20 events wait, and there are 10");
        assertThat(run("ls")).isZero();
        assertThat(out).contains(" torn ");
    }

    @Test
    void verifyTellsADamagedBlock() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(segment().toFile(), "rw")) {
            file.seek(file.length() - 40);
            file.write(file.read() ^ 1);
        }
        assertThat(run("verify")).isEqualTo(1);
        assertThat(out).contains("cannot be read");
        assertThat(run("cat")).as("prints the others, and says so").isEqualTo(1);
        assertThat(out.lines()).hasSize(10);
        assertThat(err).contains("cannot be read");
    }

    @Test
    void lookingChangesNothing() throws IOException {
        List<String> before = contents();
        run("ls");
        run("cat");
        run("verify");
        assertThat(contents()).isEqualTo(before);
    }

    private List<String> contents() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted().map(SpoolCommandTest::describe).toList();
        }
    }

    private static String describe(Path file) {
        try {
            return file + " " + Files.getLastModifiedTime(file) + " " + Files.size(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Path segment() {
        return folder.resolve("000000000000.avro");
    }

    private int run(String command, String... arguments) {
        String[] all = Stream.concat(
                        Stream.of("spool", command, "--spool-dir", folder.toString()), Stream.of(arguments))
                .toArray(String[]::new);
        return execute(all);
    }

    private int execute(String... arguments) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        PrintStream old = System.out;
        System.setOut(new PrintStream(stdout, true, StandardCharsets.UTF_8));
        try {
            return Skbstream.commandLine()
                    .setOut(new PrintWriter(outText))
                    .setErr(new PrintWriter(errText))
                    .execute(arguments);
        } finally {
            System.setOut(old);
            out = outText + stdout.toString(StandardCharsets.UTF_8);
            err = errText.toString();
        }
    }
}
