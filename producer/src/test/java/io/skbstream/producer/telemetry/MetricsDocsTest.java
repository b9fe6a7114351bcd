package io.skbstream.producer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.publish.SchemaIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.Test;

/** What docs/operations.md, the alert rules and the dashboard say of metrics is what the agent exposes. */
class MetricsDocsTest {

    private static final Pattern ROW =
            Pattern.compile("^\\| `(skbstream_\\w+)` \\| (\\w+) \\|([^|]*)\\| .+ \\|$", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("skbstream_\\w+");
    private static final Pattern ALERT = Pattern.compile("(?:alert: |^\\| `)(Skbstream\\w+)", Pattern.MULTILINE);
    private static final Pattern LABEL_VALUE = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private final String exposed;

    MetricsDocsTest() {
        try (var meters = new AgentMeters(
                () -> new SomeStatus().registry(SchemaIds.State.OK).build(), MockProducer<byte[], byte[]>::new)) {
            exposed = meters.scrape();
        }
    }

    @Test
    void everyMetricIsInTheTableWithItsTypeAndNothingElseIs() throws IOException {
        Map<String, String> types = new TreeMap<>(new Exposition(exposed).types());
        types.keySet().removeIf(Predicate.not(name -> name.startsWith("skbstream_")));
        Map<String, String> table = ROW.matcher(section("Metrics"))
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1), row -> row.group(2), (one, other) -> other, TreeMap::new));

        assertThat(table).isEqualTo(types).isNotEmpty();
    }

    @Test
    void everyMetricHasTheLabelsOfTheTable() throws IOException {
        for (MatchResult row : ROW.matcher(section("Metrics")).results().toList()) {
            Set<String> documented = new TreeSet<>(Set.of("host", "hook"));
            Pattern.compile("`(\\w+)`")
                    .matcher(row.group(3))
                    .results()
                    .forEach(label -> documented.add(label.group(1)));
            exposed.lines()
                    .filter(line -> line.matches(row.group(1) + "(_count|_sum)?\\{.*"))
                    .forEach(line -> assertThat(
                                    LABEL_VALUE.matcher(line).results().map(label -> label.group(1)))
                            .as(line)
                            .containsExactlyInAnyOrderElementsOf(documented));
        }
    }

    @Test
    void alertsAreAboutMetricsThatThereAre() throws IOException {
        Set<String> series = series();

        assertThat(NAME.matcher(alerts()).results().map(MatchResult::group))
                .isNotEmpty()
                .allMatch(series::contains);
        assertThat(NAME.matcher(section("Alerts")).results().map(MatchResult::group))
                .allMatch(series::contains);
    }

    @Test
    void alertsAreAboutLabelValuesThatThereAre() throws IOException {
        Pattern selector = Pattern.compile("(skbstream_\\w+)\\{(\\w+=\"\\w+\")}");
        assertThat(selector.matcher(alerts()).results()).isNotEmpty().allMatch(used -> exposed.lines()
                .anyMatch(line -> line.startsWith(used.group(1) + '{') && line.contains(used.group(2))));
    }

    @Test
    void theDashboardIsAboutMetricsThatThereAre() throws IOException {
        Set<String> named = NAME.matcher(observability("dashboards/skbstream.json"))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());

        assertThat(series()).containsAll(named);
        assertThat(named).isNotEmpty();
    }

    @Test
    void everyAlertIsExplainedAndNothingElseIs() throws IOException {
        assertThat(names(section("Alerts"))).isEqualTo(names(alerts())).isNotEmpty();
    }

    private Set<String> series() {
        return exposed.lines().map(line -> line.replaceAll("[{ ].*", "")).collect(Collectors.toSet());
    }

    private static Set<String> names(String text) {
        return ALERT.matcher(text)
                .results()
                .map(alert -> alert.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String section(String title) throws IOException {
        String[] parts = Files.readString(Path.of("../docs/operations.md")).split("(?m)^## " + title + "$", 2);
        assertThat(parts).as("section " + title).hasSize(2);
        return parts[1].split("(?m)^## ")[0];
    }

    private static String alerts() throws IOException {
        return observability("alerts.yml");
    }

    private static String observability(String file) throws IOException {
        return Files.readString(Path.of("../compose/observability").resolve(file));
    }
}
