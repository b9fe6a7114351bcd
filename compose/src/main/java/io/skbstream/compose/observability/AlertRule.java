package io.skbstream.compose.observability;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One alert of a Prometheus rules file.
 *
 * @param expr in PromQL; returns nothing as long as all is well
 */
record AlertRule(String name, String expr) {

    private static final Pattern COMPARISON = Pattern.compile("\\s*(?:[=!<>]=|[<>])\\s*(?:bool\\s+)?-?\\d[\\d.]*");
    private static final Pattern ABSENT = Pattern.compile("\\babsent\\(([^()]*)\\)");

    /** All alerts of a file, in its order. */
    static List<AlertRule> read(Path file) {
        List<AlertRule> alerts = new ArrayList<>();
        for (JsonNode group : Documents.yaml(file).path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                if (rule.has("alert")) {
                    alerts.add(new AlertRule(
                            rule.path("alert").asText(), rule.path("expr").asText()));
                }
            }
        }
        return List.copyOf(alerts);
    }

    /**
     * What the alert looks at, without its comparisons with numbers: {@code absent(a)} is {@code a}, and {@code a > 0} is {@code
     * a}. Returns data also when all is well, unless the alert looks at something that does not exist, and so never fires.
     */
    String watched() {
        return COMPARISON.matcher(ABSENT.matcher(expr).replaceAll("$1")).replaceAll("");
    }
}
