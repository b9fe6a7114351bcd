package io.skbstream.demo.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.clients.StopSignal;
import io.skbstream.demo.part.Broker;
import io.skbstream.demo.part.Consumer;
import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.JvmFlags;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The pages of two instances of the job, with a simulated fleet of hundreds, in a real browser. */
@Timeout(1200)
class LivePageIT {
    private static final int WEB_HOSTS = 200;
    private static final Home HOME = new Home(Path.of("..").toAbsolutePath().normalize());
    private static final JvmFlags JVM = JvmFlags.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    @TempDir
    private Path folder;

    @Test
    void anyInstanceShowsAllHostsLiveSortedAndSearched() throws Exception {
        LivePage.assumeThereIsABrowser();
        try (var broker = Broker.start(HOME, folder, JVM)) {
            assertThat(broker.awaitReady(StopSignal.install())).isTrue();
            String servers = broker.bootstrapServers();
            try (var web = SimulatedFleet.start(HOME, folder, servers, "web", WEB_HOSTS, Map.of("--rate", "2000"));
                    var db = SimulatedFleet.start(
                            HOME, folder, servers, "db", 1, Map.of("--rate", "100", "--loss", "0.05"));
                    var one = job(servers, "one");
                    var two = job(servers, "two");
                    var page = LivePage.open(folder.resolve("profile"))) {
                for (var instance : List.of(one, two)) {
                    page.await("the page's address", () -> instance.page().isPresent());
                    page.show(instance.page().orElseThrow());
                    page.await(
                            "all hosts, also those that the other instance sums up",
                            () -> page.count("live") == WEB_HOSTS + 1);
                }
                assertCompleteness(page);
                page.awaitThatThePlotsMove();
                assertSorted(page);
                assertSearchedAndChosenByKeys(page);
                db.stop();
                page.await("that the only db has stopped", () -> page.cell("db-1", "status")
                        .startsWith("stopped"));
                web.check();
                assertThat(page.errors()).isEmpty();
            }
        }
    }

    private static void assertCompleteness(LivePage page) {
        page.await("a host without losses", () -> page.completeness("web-001").equals("complete"));
        page.await("the host that loses some", () -> page.completeness("db-1").equals("missing"));
        page.await("its share", () -> page.cell("db-1", "complete").matches("(?s)9\\d\\.\\d\\d %\\s*\\d+ missing"));
    }

    private static void assertSorted(LivePage page) {
        List<String> byName = new ArrayList<>(page.hosts());
        assertThat(byName)
                .hasSize(WEB_HOSTS + 1)
                .startsWith("db-1", "web-001", "web-002")
                .endsWith("web-" + WEB_HOSTS);
        page.sortBy("Host");
        byName.sort(Comparator.comparing(byName::indexOf).reversed());
        assertThat(page.hosts()).isEqualTo(byName);
        page.sortBy("Complete");
        page.await("the worst is the first", () -> page.hosts().get(0).equals("db-1"));
    }

    private static void assertSearchedAndChosenByKeys(LivePage page) {
        page.type("/");
        page.type("live 20", Keys.ENTER);
        page.sortBy("Host");
        page.await("those three are live", () -> page.hosts().equals(List.of("web-020", "web-120", "web-200")));
        page.type("/");
        page.type(Keys.ESCAPE, Keys.ESCAPE);
        assertThat(page.hosts()).hasSize(WEB_HOSTS + 1);
        page.type("j");
        page.type(Keys.ARROW_DOWN);
        assertThat(page.scope()).isEqualTo("web-001");
        page.awaitThatThePlotsMove();
        page.type(Keys.ESCAPE);
        assertThat(page.scope()).isEqualTo("All hosts");
    }

    private Consumer job(String servers, String name) throws Exception {
        return Consumer.start(
                HOME,
                Files.createDirectory(folder.resolve(name)),
                JVM,
                servers,
                List.of("--window", "1s", "--http", "127.0.0.1:0"));
    }
}
