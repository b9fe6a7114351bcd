package io.skbstream.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skbstream.demo.page.LivePage;
import io.skbstream.demo.page.SimulatedFleet;
import io.skbstream.demo.part.Agent;
import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.JvmFlags;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The real demo, with the real jars, on the live kernel. */
@Timeout(180)
class DemoIT {
    private static final Home HOME = new Home(Path.of("..").toAbsolutePath().normalize());
    private static final Path DEMO_JAR = Path.of(System.getProperty("demo.jar"));
    private static final Pattern FIRST_ROW = Pattern.compile("first row ([0-9.]+) s after the start");

    private static boolean agentCanRun;

    /** Everything temporary goes here, so what is left of a run is what is in here. */
    @TempDir
    private Path temporary;

    private Process demo;

    @BeforeAll
    static void askTheDoctor() throws Exception {
        Path agent = DEMO_JAR.resolveSibling("../../producer/target/skbstream.jar");
        var doctor = new ProcessBuilder(java(), "-jar", agent.toString(), "doctor")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(doctor.waitFor(60, TimeUnit.SECONDS)).isTrue();
        agentCanRun = doctor.exitValue() == 0;
    }

    /** Before each test, not once for all: the reports say nothing of a class that is skipped as a whole. */
    @BeforeEach
    void theAgentCanRunHere() {
        assumeTrue(agentCanRun, "the agent cannot run here; './skbstream doctor' says why");
    }

    @AfterEach
    void endTheDemo() {
        if (demo != null) {
            demo.descendants().forEach(ProcessHandle::destroyForcibly);
            demo.destroyForcibly();
        }
    }

    @Test
    void aRunAccountsForEveryHitAndLeavesNothingBehind() throws Exception {
        start("--seconds", "6");
        List<String> lines = new ArrayList<>();
        List<ProcessHandle> parts = List.of();
        for (String line = demo.inputReader().readLine();
                line != null;
                line = demo.inputReader().readLine()) {
            lines.add(line);
            if (line.equals(Row.HEADER)) {
                parts = demo.descendants().toList();
                assertThePageShowsThisHost(lines);
            }
        }

        assertThat(demo.waitFor()).as(() -> String.join("\n", lines)).isZero();
        assertThat(parts).as("broker, agent, consumer and the folder's remover").hasSizeGreaterThanOrEqualTo(4);
        assertThat(parts).noneMatch(ProcessHandle::isAlive);
        assertThat(temporary).isEmptyDirectory();
        assertFirstRowWithin(Duration.ofSeconds(30), lines);
        assertBalanced(lines);
        assertThat(lines).anyMatch(line -> line.matches("skbstream demo: host .+, hook [A-Z]+"));
        assertThat(lines).anyMatch(line -> line.endsWith("100.00%"));
        assertThat(lines.get(lines.size() - 1)).startsWith("every one of ").endsWith(" 0 lost, 0 unaccounted");
    }

    @Test
    void thePageShowsThisHostAndOneWhoseAgentWasStopped(@TempDir Path folder) throws Exception {
        LivePage.assumeThereIsABrowser();
        start();
        String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        String kernel = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
        String servers = awaitLine("Kafka listens at ([0-9.:]+);");
        String address = awaitLine("live page: (.*)");
        try (var page = LivePage.open(folder.resolve("profile"));
                var fleet = SimulatedFleet.start(HOME, folder, servers, "web", 12, Map.of("--rate", "600"));
                var lossy = SimulatedFleet.start(
                        HOME, folder, servers, "db", 2, Map.of("--rate", "100", "--loss", "0.02"));
                var guest = Agent.start(HOME, folder, JvmFlags.brief(), servers, List.of("--host", "guest-1"))) {
            page.show(address);
            for (String name : List.of(host, "guest-1")) {
                page.await(name, () -> page.cell(name, "status").equals("live"));
                page.await("nothing is missing", () -> page.completeness(name).equals("complete"));
                assertThat(page.cell(name, "kernel")).isEqualTo(kernel);
                assertThat(page.cell(name, "hook")).isIn("kprobe", "fentry", "tracepoint");
                page.await("a rate", () -> page.cell(name, "packets").matches("[1-9].*"));
            }
            page.await("losses", () -> page.completeness("db-1").equals("missing"));
            page.awaitThatThePlotsMove();

            assertThat(guest.stop().balances()).isTrue();
            page.await("the stopped agent's host", () -> page.cell("guest-1", "status")
                    .startsWith("stopped "));
            assertThat(page.cell("guest-1", "packets")).isEqualTo("0");
            assertThat(page.cell(host, "status")).isEqualTo("live");
            page.sortBy("Packets/s");
            assertThat(page.hosts()).hasSize(16).endsWith("guest-1");
            page.type("/");
            page.type("stopped");
            assertThat(page.hosts()).containsExactly("guest-1");
            page.type(Keys.ESCAPE, Keys.ESCAPE);
            page.sortBy("Complete");
            page.takePictures(Path.of("target", "live-page"), "db-1");
            fleet.check();
            lossy.check();
            assertThat(page.errors()).isEmpty();
        }
    }

    @Test
    void sigtermEndsItInOrder() throws Exception {
        start();
        awaitFirstRow();

        demo.toHandle().destroy(); // Process.destroy() would close the pipe too

        List<String> lines = demo.inputReader().lines().toList();
        assertThat(demo.waitFor()).isZero();
        assertBalanced(lines);
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void sigkillLeavesNoPartAndNoFolder() throws Exception {
        start();
        awaitFirstRow();
        List<ProcessHandle> parts = demo.descendants().toList();
        assertThat(parts).hasSizeGreaterThanOrEqualTo(4);

        demo.toHandle().destroyForcibly();

        var ends = parts.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(ends).get(10, TimeUnit.SECONDS);
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void anAgentThatCannotRunIsQuotedAndTheRestEnds() throws Exception {
        start(List.of("setpriv", "--bounding-set", "-bpf,-perfmon,-sys_admin"));

        List<String> lines = demo.inputReader().lines().toList();

        assertThat(demo.waitFor()).isEqualTo(1);
        assertThat(lines).anyMatch(line -> line.startsWith("demo: the agent ended with exit code 1"));
        assertThat(lines).anyMatch(line -> line.contains("CAP_BPF"));
        assertThat(temporary).isEmptyDirectory();
    }

    private void start(String... options) throws IOException {
        start(List.of(), options);
    }

    private void start(List<String> wrapper, String... options) throws IOException {
        var command = new ArrayList<>(wrapper);
        command.addAll(List.of(java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
        command.addAll(List.of("-Djava.io.tmpdir=" + temporary, "-jar", DEMO_JAR.toString()));
        command.addAll(List.of(options));
        demo = new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Reads on to a line that begins so, and returns the group. */
    private String awaitLine(String pattern) throws IOException {
        Pattern begin = Pattern.compile(pattern);
        for (String line = demo.inputReader().readLine();
                line != null;
                line = demo.inputReader().readLine()) {
            Matcher matcher = begin.matcher(line);
            if (matcher.lookingAt()) {
                return matcher.group(1);
            }
        }
        throw new AssertionError("the demo ended without a line " + pattern);
    }

    private void awaitFirstRow() throws IOException {
        String line = demo.inputReader().readLine();
        while (line != null && !line.equals(Row.HEADER)) {
            line = demo.inputReader().readLine();
        }
        assertThat(line).as("the table's header").isNotNull();
    }

    /** The page's address is among the first lines, and its stream of events begins with all that is known. */
    private static void assertThePageShowsThisHost(List<String> lines) throws Exception {
        String address = lines.stream()
                .filter(line -> line.startsWith("live page: "))
                .findFirst()
                .orElseThrow()
                .substring("live page: ".length());
        assertThat(lines.indexOf("live page: " + address)).isLessThan(5);
        var client = HttpClient.newHttpClient();
        var page = HttpRequest.newBuilder(URI.create(address)).build();
        assertThat(client.send(page, BodyHandlers.ofString()).body()).contains("<title>skbstream");
        var events = HttpRequest.newBuilder(URI.create(address + "events")).build();
        String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        try (var stream = client.send(events, BodyHandlers.ofLines()).body()) {
            assertThat(stream.anyMatch(line -> line.contains("{\"host\":\"" + host + "\"")))
                    .isTrue();
        }
    }

    private static void assertFirstRowWithin(Duration limit, List<String> lines) {
        String seconds = lines.stream()
                .map(FIRST_ROW::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .findFirst()
                .orElseThrow();
        System.out.println("demo: first row " + seconds + " s after the start");
        assertThat(Duration.ofMillis((long) (Double.parseDouble(seconds) * 1e3)))
                .isLessThan(limit);
    }

    private static void assertBalanced(List<String> lines) throws IOException {
        String line =
                lines.stream().filter(text -> text.startsWith("{")).findFirst().orElseThrow();
        JsonNode ledger = new ObjectMapper().readTree(line);
        assertThat(ledger.path("hits").longValue()).isPositive();
        assertThat(ledger.path("acked").longValue())
                .isPositive()
                .isEqualTo(ledger.path("captured").longValue());
        assertThat(ledger.required("unaccounted").longValue()).isZero();
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
