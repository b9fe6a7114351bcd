package io.skbstream.chaos.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.OptionalDouble;

/** Reads the agent's {@code /metrics}. Any thread. */
public final class AgentMetrics {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();
    private final URI page;

    public AgentMetrics(int port) {
        this.page = URI.create("http://127.0.0.1:" + port + "/metrics");
    }

    /** Everything, in Prometheus's text format; empty if the agent does not answer. */
    public String page() throws InterruptedException {
        try {
            return http.send(HttpRequest.newBuilder(page).timeout(LIMIT).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException noAnswer) {
            return "";
        }
    }

    /** One value of the page, by its name and labels: {@code skbstream_spool_events}. */
    public static OptionalDouble value(String page, String name) {
        return page.lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst();
    }

    /** Whether Kafka has taken events and would take more, and none waits in the spool. */
    public boolean isHealthy() throws InterruptedException {
        String now = page();
        return value(now, "skbstream_spool_events").orElse(1) == 0
                && value(now, "skbstream_acked_total").orElse(0) > 0
                && now.lines()
                        .filter(line ->
                                line.startsWith("skbstream_breaker_state{") && line.contains("state=\"closed\""))
                        .anyMatch(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))) == 1);
    }

    /** Whether nothing waits in the agent: neither in the spool nor with Kafka's client. */
    public boolean isDrained() throws InterruptedException {
        String now = page();
        return value(now, "skbstream_spool_events").orElse(1) == 0
                && value(now, "skbstream_in_flight").orElse(1) == 0;
    }
}
