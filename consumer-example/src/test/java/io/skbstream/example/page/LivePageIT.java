package io.skbstream.example.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.Hook;
import io.skbstream.avro.NetifReceive;
import io.skbstream.avro.SessionState;
import io.skbstream.example.Cluster;
import io.skbstream.example.JobProcess;
import io.skbstream.schemas.AvroSerializer;
import io.skbstream.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of two instances of the runnable jar, against a real broker, in a real browser. */
@Timeout(240)
class LivePageIT {
    private static final int HOSTS = 6;
    private static final String ROWS = "[...document.querySelectorAll('tbody tr')]";
    private static final String CANVAS = "document.querySelector('#packets canvas').toDataURL()";

    @TempDir
    private Path folder;

    @Test
    void thePageOfAnyInstanceShowsAllHostsLiveSearchedAndSorted() throws Exception {
        var program = Chromium.find();
        assumeTrue(program.isPresent(), "there is no chromium but perhaps a snap; on Debian: apt-get install chromium");
        try (var cluster = Cluster.start()) {
            cluster.create(Topics.NETIF_RECEIVE, 4);
            String[] args = {"--window", "1s", "--grace", "30s", "--http", "127.0.0.1:0"};
            try (var fleet = new SimulatedFleet(cluster);
                    var one = cluster.start(folder, "one", args);
                    var two = cluster.start(folder, "two", args);
                    var browser = Chromium.start(program.get(), Files.createDirectory(folder.resolve("profile")))) {
                browser.resize(1280, 900);
                for (var instance : List.of(one, two)) {
                    browser.open(url(instance));
                    await(
                            browser,
                            "rows of all hosts, also of those that the other instance sums up",
                            ROWS + ".filter(row => row.textContent.includes('live')).length === " + HOSTS);
                }
                assertCompleteness(browser);
                assertThePlotMoves(browser);
                assertSortAndSearch(browser);
                fleet.stop("host-2");
                await(browser, "the stopped agent's host says so", row("host-2") + ".textContent.includes('stopped')");
                assertThat(browser.errors()).isEmpty();
            }
        }
    }

    private static void assertCompleteness(Chromium browser) throws Exception {
        await(browser, "a host without losses is green", row("host-1") + ".querySelector('.chip.complete') !== null");
        await(
                browser,
                "the host that loses some is red, and says how many",
                row("host-0") + ".querySelector('.chip.missing + small')?.textContent.endsWith(' missing') === true");
        assertThat(browser.evaluate(row("host-1") + ".querySelector('.hook').textContent"))
                .isEqualTo("kprobe");
        assertThat(browser.evaluate(row("host-1") + ".querySelector('.kernel').textContent"))
                .isEqualTo("6.1.0");
    }

    private static void assertThePlotMoves(Chromium browser) throws Exception {
        await(browser, "the plot has a value", "parseFloat(document.querySelector('#packets b').textContent) > 0");
        String before = browser.evaluate(CANVAS);
        Cluster.await("the plot moves", () -> !evaluate(browser, CANVAS).equals(before));
    }

    private static void assertSortAndSearch(Chromium browser) throws Exception {
        String names = ROWS + ".map(row => row.dataset.host).join()";
        assertThat(browser.evaluate(names)).isEqualTo("host-0,host-1,host-2,host-3,host-4,host-5");
        browser.evaluate("document.querySelector('th button').click()");
        assertThat(browser.evaluate(names)).isEqualTo("host-5,host-4,host-3,host-2,host-1,host-0");
        assertThat(browser.evaluate("document.querySelector('th').getAttribute('aria-sort')"))
                .isEqualTo("descending");

        browser.press("/");
        for (String key : "host-4".split("")) {
            browser.press(key);
        }
        assertThat(browser.evaluate(names)).isEqualTo("host-4");
        browser.press("Escape");
        assertThat(browser.evaluate(ROWS + ".length")).isEqualTo(Integer.toString(HOSTS));

        browser.press("ArrowDown");
        assertThat(browser.evaluate("document.querySelector('#scope').textContent"))
                .isEqualTo("host-5");
        browser.press("Escape");
        assertThat(browser.evaluate("document.querySelector('#scope').textContent"))
                .isEqualTo("All hosts");
    }

    private static String row(String host) {
        return "document.querySelector('tr[data-host=" + host + "]')";
    }

    private static void await(Chromium browser, String what, String condition) throws Exception {
        Cluster.await(what, () -> evaluate(browser, condition).equals("true"));
    }

    private static String evaluate(Chromium browser, String script) {
        try {
            return browser.evaluate(script);
        } catch (Exception e) {
            throw new AssertionError(script, e);
        }
    }

    private static String url(JobProcess job) throws Exception {
        Cluster.await("the page's address is logged", () -> job.said("live page: ") == 1);
        return job.stderr().stream()
                .filter(line -> line.contains("live page: "))
                .findFirst()
                .orElseThrow()
                .replaceFirst(".*live page: ", "");
    }

    /** Agents as the topics see them: 5 events a second of each host, and a ledger. The first host loses every tenth. */
    private static final class SimulatedFleet implements AutoCloseable {
        private static final Duration BETWEEN = Duration.ofMillis(200);

        private final KafkaProducer<String, SpecificRecord> producer;
        private final Set<String> stopped = ConcurrentHashMap.newKeySet();
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        private long seq;

        SimulatedFleet(Cluster cluster) throws Exception {
            cluster.create(Topics.LEDGER, 1);
            producer = new KafkaProducer<>(
                    cluster.settings(Map.of()), new StringSerializer(), new AvroSerializer<SpecificRecord>());
            for (int host = 0; host < HOSTS; host++) {
                say("host-" + host, SessionState.RUNNING);
            }
            clock.scheduleAtFixedRate(this::send, 0, BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
        }

        void stop(String host) {
            stopped.add(host);
            say(host, SessionState.STOPPED);
        }

        private void send() {
            for (int host = 0; host < HOSTS; host++) {
                String name = "host-" + host;
                if (!stopped.contains(name) && (host > 0 || seq % 10 != 5)) {
                    producer.send(new ProducerRecord<>(Topics.NETIF_RECEIVE, name, event(name)));
                }
            }
            seq++;
        }

        private NetifReceive event(String host) {
            return new NetifReceive(
                    host,
                    SomeRows.SESSION,
                    0,
                    seq,
                    Instant.now(),
                    Hook.KPROBE,
                    "lo",
                    1,
                    1L,
                    0L,
                    84,
                    0,
                    0,
                    "ping",
                    2048);
        }

        private void say(String host, SessionState state) {
            AgentLedger ledger = SomeRows.ledger(host, SomeRows.SESSION, state, Instant.now(), 0);
            producer.send(new ProducerRecord<>(Topics.LEDGER, host + '/' + SomeRows.SESSION, ledger));
        }

        @Override
        public void close() {
            clock.shutdownNow();
            producer.close();
        }
    }
}
