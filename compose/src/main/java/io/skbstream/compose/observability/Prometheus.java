package io.skbstream.compose.observability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Asks a Prometheus server over its HTTP API. One thread at a time. */
public final class Prometheus {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final URI base;

    /** An alert that is pending or fires: {@code state} says which. */
    public record ActiveAlert(String name, Map<String, String> labels, String state) {}

    /** A loaded rule: {@code health} is {@code ok} once it was evaluated without an error. */
    record LoadedRule(String name, String health, String lastError) {}

    /** Prometheus refused a query; the message is its own. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    /** @param base as {@code http://127.0.0.1:9090} */
    public Prometheus(URI base) {
        this.base = base;
    }

    /** How many series a query returns that have at least one number in this time. */
    int seriesWithData(String query, Instant from, Instant to, Duration step) {
        JsonNode result = get(
                        "query_range",
                        Map.of(
                                "query",
                                query,
                                "start",
                                from.toString(),
                                "end",
                                to.toString(),
                                "step",
                                step.toSeconds() + "s"))
                .path("result");
        int count = 0;
        for (JsonNode series : result) {
            for (JsonNode point : series.path("values")) {
                if (!point.path(1).asText().equals("NaN")) {
                    count++;
                    break;
                }
            }
        }
        return count;
    }

    /** The values that a label has in the series of a metric, within the last minute; sorted. */
    public List<String> valuesOfLabel(String metric, String label) {
        Instant now = Instant.now();
        return labelValues(metric, label, now.minusSeconds(60), now);
    }

    /** The values that a label has in the series of a metric, within this time. */
    List<String> labelValues(String metric, String label, Instant from, Instant to) {
        List<String> values = new ArrayList<>();
        get("label/" + label + "/values", Map.of("match[]", metric, "start", from.toString(), "end", to.toString()))
                .forEach(value -> values.add(value.asText()));
        return values;
    }

    List<LoadedRule> alertRules() {
        List<LoadedRule> rules = new ArrayList<>();
        for (JsonNode group : get("rules", Map.of("type", "alert")).path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                rules.add(new LoadedRule(
                        rule.path("name").asText(),
                        rule.path("health").asText(),
                        rule.path("lastError").asText()));
            }
        }
        return rules;
    }

    /** Every alert that is pending or fires. */
    public List<ActiveAlert> activeAlerts() {
        List<ActiveAlert> active = new ArrayList<>();
        for (JsonNode alert : get("alerts", Map.of()).path("alerts")) {
            Map<String, String> labels = new TreeMap<>();
            alert.path("labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            active.add(new ActiveAlert(
                    labels.get("alertname"), labels, alert.path("state").asText()));
        }
        return active;
    }

    private JsonNode get(String path, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .map(each -> encode(each.getKey()) + '=' + encode(each.getValue()))
                .collect(Collectors.joining("&"));
        URI address = base.resolve("/api/v1/" + path + (query.isEmpty() ? "" : "?" + query));
        try {
            var request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
            JsonNode answer =
                    JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
            if (!answer.path("status").asText().equals("success")) {
                throw new RefusedException(answer.path("error").asText(answer.toString()));
            }
            return answer.path("data");
        } catch (IOException e) {
            throw new UncheckedIOException("no answer from Prometheus at " + base + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Prometheus was asked", e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
