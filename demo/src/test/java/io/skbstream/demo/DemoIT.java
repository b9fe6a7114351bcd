package io.skbstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The real demo, with the real jars, on the live kernel. */
@AgentCanRun
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // ends a read from the demo's pipe, too
class DemoIT {
    private static final Home HOME = new Home(Path.of("..").toAbsolutePath().normalize());
    private static final Path DEMO_JAR = Path.of(System.getProperty("demo.jar"));
    private static final long PATIENCE_S = 180;

    /** Everything temporary goes here, so what is left of a run is what is in here. */
    @TempDir
    private Path temporary;

    private Process demo;

    @AfterEach
    void endTheDemo() {
        if (demo != null) {
            demo.descendants().forEach(ProcessHandle::destroyForcibly);
            demo.destroyForcibly();
        }
    }

    @Test
    void aRunOfSomeSecondsAccountsForEveryHitAndLeavesNothingBehind() throws Exception {
        start("--seconds", "6");
        awaitLine("(skbstream demo: host .+, hook [A-Z]+)$");
        List<ProcessHandle> parts = parts();
        List<String> lines = demo.inputReader().lines().toList();

        assertThat(demo.waitFor()).as(() -> String.join("\n", lines)).isZero();
        assertBalanced(lines);
        assertThat(lines.get(lines.size() - 1)).startsWith("every one of ").endsWith(" 0 lost, 0 unaccounted");
        assertNothingIsLeft(parts);
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
                page.await("its kernel", () -> page.cell(name, "kernel").equals(kernel));
                page.await("its hook", () -> page.cell(name, "hook").matches("kprobe|fentry|tracepoint"));
                page.await("a rate", () -> page.cell(name, "packets").matches("[1-9].*"));
            }
            page.await("losses", () -> page.completeness("db-1").equals("missing"));
            page.awaitThatThePlotsMove();

            assertThat(guest.stop().balances()).isTrue();
            page.await("the stopped agent's host", () -> page.cell("guest-1", "status")
                    .startsWith("stopped "));
            page.await("it has no rate", () -> page.cell("guest-1", "packets").equals("0"));
            page.await("this host is live", () -> page.cell(host, "status").equals("live"));
            page.sortBy("Packets/s");
            page.await(
                    "only the stopped one has no packets",
                    () -> page.hosts().size() == 16 && page.hosts().get(15).equals("guest-1"));
            page.type("/");
            page.type("stopped");
            page.await("only that one is found", () -> page.hosts().equals(List.of("guest-1")));
            page.type(Keys.ESCAPE, Keys.ESCAPE);
            page.sortBy("Complete");
            page.takePictures(Path.of("target", "live-page"), "db-1");
            fleet.check();
            lossy.check();
            assertThat(page.errors()).isEmpty();
        }
    }

    @Test
    void rowsAreCompleteAndSigtermEndsItInOrder() throws Exception {
        start();
        String address = awaitLine("live page: (.*)");
        String seconds = awaitLine("first row ([0-9.]+) s after the start");
        System.out.println("demo: first row " + seconds + " s after the start");
        List<ProcessHandle> parts = parts();
        awaitLine("(" + Pattern.quote(Row.HEADER) + ")$");
        awaitLine("(.* 100\\.00%)$");
        assertThePageShowsThisHost(address);

        demo.toHandle().destroy(); // Process.destroy() would close the pipe too

        List<String> lines = demo.inputReader().lines().toList();
        assertThat(demo.waitFor()).as(() -> String.join("\n", lines)).isZero();
        assertBalanced(lines);
        assertNothingIsLeft(parts);
    }

    @Test
    void sigkillLeavesNoPartAndNoFolder() throws Exception {
        start();
        awaitLine("(" + Pattern.quote(Row.HEADER) + ")$");
        List<ProcessHandle> parts = parts();

        demo.toHandle().destroyForcibly();

        assertNothingIsLeft(parts);
    }

    @Test
    void anAgentThatCannotRunIsQuotedAndTheRestEnds() throws Exception {
        start(List.of("setpriv", "--bounding-set", "-bpf,-perfmon,-sys_admin"));

        List<String> lines = demo.inputReader().lines().toList();

        assertThat(demo.waitFor()).isEqualTo(1);
        assertThat(lines).anyMatch(line -> line.startsWith("demo: the agent ended with exit code 1"));
        assertThat(lines).anyMatch(line -> line.contains("CAP_BPF"));
        assertNothingIsLeft(List.of());
    }

    private List<ProcessHandle> parts() {
        List<ProcessHandle> parts = demo.descendants().toList();
        assertThat(parts).as("broker, agent, consumer and the folder's remover").hasSizeGreaterThanOrEqualTo(4);
        return parts;
    }

    /** The last part removes the folder, perhaps a moment after the demo itself has ended. */
    private void assertNothingIsLeft(List<ProcessHandle> parts) throws Exception {
        var ends = parts.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(ends).get(PATIENCE_S, TimeUnit.SECONDS);
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!isEmpty(temporary) && System.nanoTime() - deadlineNs < 0) {
            Thread.sleep(50);
        }
        assertThat(temporary).isEmptyDirectory();
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
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

    /** Its stream of events begins with all that is known. */
    private static void assertThePageShowsThisHost(String address) throws Exception {
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
