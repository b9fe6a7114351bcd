package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skbstream.embeddedkafka.EmbeddedKafka;
import io.skbstream.producer.ledger.Entry;
import io.skbstream.producer.telemetry.Exposition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a running agent shows over HTTP is what its last ledger says. */
@LiveKernel
@ExtendWith(Broker.Resolver.class)
class MetricsIT {

    private static final int DATAGRAMS = 20_000;
    private static final String LOST = "skbstream_lost_total";

    /** Other namespaces of this host go on meanwhile: their hits are filtered. */
    private static final Set<Entry> MOVING = EnumSet.of(Entry.HITS, Entry.FILTERED);

    private static final Set<Entry> GAUGES = EnumSet.of(Entry.SPOOLED, Entry.IN_FLIGHT);
    private static final Pattern ADDRESS = Pattern.compile("metrics at (http://127\\.0\\.0\\.1:\\d+)/metrics");

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void afterTrafficTheNumbersAreThoseOfTheLastLedger(Broker broker, @TempDir Path spool) throws Exception {
        try (var traffic = new LoopbackTraffic();
                var agent = AgentProcess.capture(
                        broker,
                        "metrics",
                        traffic.inode(),
                        "--spool-dir",
                        spool.toString(),
                        "--metrics",
                        "127.0.0.1:0")) {
            long sentAtNs = System.nanoTime();
            traffic.send(DATAGRAMS);
            agent.await("the acknowledgements", () -> shown(agent).value("skbstream_acked_total") == DATAGRAMS);

            Exposition shown = shown(agent);
            HttpResponse<String> ready = get(agent, "/readyz");
            HttpResponse<String> health = get(agent, "/healthz");
            JsonNode ledger = agent.ledger();

            for (Entry entry : Entry.values()) {
                double value = shown.sum("skbstream_" + entry.key() + (GAUGES.contains(entry) ? "" : "_total"));
                double last = ledger.get(entry.key()).asDouble();
                if (MOVING.contains(entry)) {
                    assertThat(value).as(entry.key()).isPositive().isLessThanOrEqualTo(last);
                } else {
                    assertThat(value).as(entry.key()).isEqualTo(last);
                }
            }
            assertThat(shown.value("skbstream_captured_total")).isEqualTo(DATAGRAMS);
            assertThat(shown.value(
                            "skbstream_device_packets_total",
                            "device=\"lo\"",
                            "netns=\"" + traffic.inode() + '"',
                            "netns_cookie=\"" + cookie(ledger, traffic.inode()) + '"'))
                    .isEqualTo(DATAGRAMS);
            assertThat(shown.sum(LOST)).isZero();
            assertThat(shown.count(LOST)).isEqualTo(5);
            assertThat(shown.value("skbstream_unaccounted")).isZero();
            assertThat(shown.value("skbstream_breaker_state", "state=\"closed\""))
                    .isEqualTo(1);
            assertThat(shown.value("skbstream_capture_to_ack_seconds_count")).isPositive();
            assertThat(shown.value("skbstream_capture_to_ack_seconds_max"))
                    .isPositive()
                    .isLessThan((System.nanoTime() - sentAtNs) / 1e9);
            assertThat(shown.sum("kafka_producer_record_send_total")).isGreaterThanOrEqualTo(DATAGRAMS);
            assertThat(shown.value("skbstream_session_start_time_seconds"))
                    .isEqualTo(ledger.get("session").asLong() / 1e3);
            assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
            assertThat(health.statusCode()).as(health.body()).isEqualTo(200);
        }
    }

    private static String cookie(JsonNode ledger, long netns) {
        for (JsonNode device : ledger.get("devices")) {
            if (device.get("netns").asLong() == netns) {
                return device.get("netns_cookie").asText();
            }
        }
        throw new AssertionError("no device of network namespace " + netns + " in " + ledger);
    }

    @Test
    void withoutABrokerItIsReadyAndShowsWhatWaits(@TempDir Path spool) throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.start();
        try (var traffic = new LoopbackTraffic();
                var agent = AgentProcess.start(
                        "run",
                        "--bootstrap-servers",
                        kafka.bootstrapServers(),
                        "--netns",
                        Long.toString(traffic.inode()),
                        "--spool-dir",
                        spool.toString(),
                        "--metrics",
                        "0",
                        "-K",
                        "request.timeout.ms=2000",
                        "-K",
                        "delivery.timeout.ms=3000")) {
            agent.awaitCapturing().awaitLine("connected to Kafka");
            kafka.close();
            traffic.send(DATAGRAMS);
            agent.await("all of it in the spool", () -> shown(agent).value("skbstream_spooled") == DATAGRAMS);

            Exposition shown = shown(agent);
            assertThat(shown.value("skbstream_breaker_state", "state=\"closed\""))
                    .isZero();
            assertThat(shown.value("skbstream_spool_events")).isEqualTo(DATAGRAMS);
            assertThat(shown.value("skbstream_spool_bytes")).isPositive();
            assertThat(shown.value("skbstream_spool_oldest_age_seconds")).isPositive();
            assertThat(shown.sum(LOST)).isZero();
            HttpResponse<String> ready = get(agent, "/readyz");
            assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
            assertThat(get(agent, "/healthz").statusCode()).isEqualTo(200);
            assertThat(agent.ledger().get("spooled").asLong()).isEqualTo(DATAGRAMS);
        } finally {
            kafka.close();
        }
    }

    @Test
    void aPortInUseIsToldBeforeAnythingIsCaptured(@TempDir Path spool) throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var agent = AgentProcess.start(
                        "run", "--spool-dir", spool.toString(), "--metrics", ":" + taken.getLocalPort())) {
            assertThat(agent.exitCode()).as(agent.err()).isEqualTo(1);
            assertThat(agent.err())
                    .contains(
                            "skbstream run: --metrics 127.0.0.1:" + taken.getLocalPort() + ": nobody can listen there")
                    .doesNotContain("capturing at");
            assertThat(agent.err().lines()).hasSize(1);
        }
    }

    private Exposition shown(AgentProcess agent) {
        try {
            HttpResponse<String> answer = get(agent, "/metrics");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return new Exposition(answer.body());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private HttpResponse<String> get(AgentProcess agent, String path) throws IOException, InterruptedException {
        Matcher address = ADDRESS.matcher(agent.err());
        assertThat(address.find()).as("an address in:%n%s", agent.err()).isTrue();
        return client.send(
                HttpRequest.newBuilder(URI.create(address.group(1) + path))
                        .timeout(AgentProcess.PATIENCE)
                        .build(),
                BodyHandlers.ofString());
    }
}
