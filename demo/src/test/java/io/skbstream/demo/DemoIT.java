package io.skbstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.demo.page.LivePage;
import io.skbstream.demo.page.SimulatedFleet;
import io.skbstream.demo.part.Agent;
import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.JvmFlags;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    /** Everything temporary goes here, so what is left of a run is what is in here. */
    @TempDir
    private Path temporary;

    private DemoProcess demo;

    @AfterEach
    void endTheDemo() {
        if (demo != null) {
            demo.close();
        }
    }

    @Test
    void aRunOfSomeSecondsAccountsForEveryHitAndLeavesNothingBehind() throws Exception {
        demo = DemoProcess.start(temporary, "--seconds", "6");
        demo.awaitLine("(skbstream demo: host .+, hook [A-Z]+)$");
        List<ProcessHandle> parts = demo.parts();
        List<String> lines = demo.remainingLines();

        assertThat(demo.exitCode()).as(() -> String.join("\n", lines)).isZero();
        assertAllIsAcked(DemoProcess.assertBalanced(lines));
        demo.assertNothingIsLeft(parts);
    }

    @Test
    void thePageShowsThisHostAndOneWhoseAgentWasStopped(@TempDir Path folder) throws Exception {
        LivePage.assumeThereIsABrowser();
        demo = DemoProcess.start(temporary);
        String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        String kernel = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
        String servers = demo.awaitLine("Kafka listens at ([0-9.:]+);");
        String address = demo.awaitLine("live page: (.*)");
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

            assertThat(guest.stop().orElseThrow().balances()).isTrue();
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
        demo = DemoProcess.start(temporary);
        String address = demo.awaitLine("live page: (.*)");
        String seconds = demo.awaitLine("first row ([0-9.]+) s after the start");
        System.out.println("demo: first row " + seconds + " s after the start");
        List<ProcessHandle> parts = demo.parts();
        demo.awaitHeader();
        demo.awaitLine("(.* 100\\.00%)$");
        assertThePageShowsThisHost(address);

        demo.terminate();

        List<String> lines = demo.remainingLines();
        assertThat(demo.exitCode()).as(() -> String.join("\n", lines)).isZero();
        assertAllIsAcked(DemoProcess.assertBalanced(lines));
        demo.assertNothingIsLeft(parts);
    }

    @Test
    void sigkillLeavesNoPartAndNoFolder() throws Exception {
        demo = DemoProcess.start(temporary);
        demo.awaitHeader();
        List<ProcessHandle> parts = demo.parts();

        demo.kill();

        demo.assertNothingIsLeft(parts);
    }

    @Test
    void anAgentThatCannotRunIsQuotedAndTheRestEnds() throws Exception {
        demo = DemoProcess.startBy(List.of("setpriv", "--bounding-set", "-bpf,-perfmon,-sys_admin"), temporary);

        List<String> lines = demo.remainingLines();

        assertThat(demo.exitCode()).isEqualTo(1);
        assertThat(lines).anyMatch(line -> line.startsWith("demo: the agent ended with exit code 1"));
        assertThat(lines).anyMatch(line -> line.contains("CAP_BPF"));
        demo.assertNothingIsLeft(List.of());
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

    private static void assertAllIsAcked(JsonNode ledger) {
        assertThat(ledger.path("acked").longValue())
                .isEqualTo(ledger.path("captured").longValue());
    }
}
