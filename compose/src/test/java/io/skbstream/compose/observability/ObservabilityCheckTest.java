package io.skbstream.compose.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObservabilityCheckTest {

    private static final String NOTHING = "{\"status\":\"success\",\"data\":{\"result\":[]}}";
    private static final String PANEL =
            "{\"type\":\"stat\",\"title\":\"Up\",\"targets\":[{\"expr\":\"sum(up{host=~\\\"$host\\\"})\"}]}";
    private static final String ALL = "sum(up{host=~\"(a|b)\"})";

    @TempDir
    private Path folder;

    private StubPrometheus stub;

    @BeforeEach
    void allIsWell() throws IOException {
        stub = new StubPrometheus()
                .answers("label/host/values", "{\"status\":\"success\",\"data\":[\"a\",\"b\"]}")
                .answers("rules", rules("ok", ""));
        Files.createDirectories(folder.resolve("dashboards"));
        Files.createDirectories(folder.resolve("provisioning/datasources"));
        Files.writeString(
                folder.resolve("provisioning/datasources/prometheus.yml"),
                "datasources: [{uid: some, jsonData: {timeInterval: 5s}}]");
        Files.writeString(
                folder.resolve("alerts.yml"),
                "groups: [{name: some, rules: [{record: sums, expr: sum(up)}, {alert: Down, expr: up == 0}]}]");
        panels(PANEL);
    }

    @AfterEach
    void close() {
        stub.close();
    }

    @Test
    void nothingIsFoundWhereEveryQueryReturnsData() {
        assertThat(findings()).isEmpty();
        assertThat(stub.queries()).containsExactlyInAnyOrder(ALL, "sum(up{host=~\"a\"})", "sum(up{host=~\"b\"})", "up");
    }

    @Test
    void aPanelWithoutAQueryIsFound() throws IOException {
        panels("{\"type\":\"stat\",\"title\":\"Empty\",\"targets\":[]}");

        assertThat(findings()).containsExactly(new Finding("panel Empty", "", "has no query"));
    }

    @Test
    void aPanelInsideACollapsedRowIsLookedAt() throws IOException {
        panels("{\"type\":\"row\",\"title\":\"Row\",\"panels\":[{\"type\":\"stat\",\"title\":\"Inside\"}]}");

        assertThat(findings()).containsExactly(new Finding("panel Inside", "", "has no query"));
    }

    @Test
    void aQueryWithoutDataIsFound() {
        stub.answers("sum(up{host=~\"b\"})", NOTHING);

        assertThat(findings()).containsExactly(new Finding("panel Up", "sum(up{host=~\"b\"})", "returns no data"));
    }

    @Test
    void seriesOfNothingButNaNAreNoData() {
        stub.answers(ALL, "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{},\"values\":[[1,\"NaN\"]]}]}}");

        assertThat(findings()).containsExactly(new Finding("panel Up", ALL, "returns no data"));
    }

    @Test
    void aQueryThatPrometheusRefusesIsFoundWithItsReason() {
        stub.answers(ALL, "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error: unclosed\"}");

        assertThat(findings()).containsExactly(new Finding("panel Up", ALL, "parse error: unclosed"));
    }

    @Test
    void aVariableThatNobodyDefinesIsFound() throws IOException {
        panels("{\"type\":\"stat\",\"title\":\"Up\",\"targets\":[{\"expr\":\"up{job=\\\"$job\\\"}\"}]}");

        assertThat(findings())
                .containsExactly(new Finding("panel Up", "up{job=\"$job\"}", "nobody defines the variable $job"));
    }

    @Test
    void aVariableWithoutValuesIsFound() {
        stub.answers("label/host/values", "{\"status\":\"success\",\"data\":[]}");

        assertThat(findings()).contains(new Finding("variable host", "label_values(up, host)", "returns no data"));
    }

    @Test
    void anAlertAboutSomethingThatDoesNotExistIsFound() {
        stub.answers("up", NOTHING);

        assertThat(findings()).containsExactly(new Finding("alert Down", "up", "returns no data"));
    }

    @Test
    void anAlertThatIsNotLoadedOrThatFailsIsFound() {
        stub.answers("rules", "{\"status\":\"success\",\"data\":{\"groups\":[]}}");
        assertThat(findings()).containsExactly(new Finding("alert Down", "up == 0", "Prometheus has not loaded it"));

        stub.answers("rules", rules("err", "many-to-many"));
        assertThat(findings()).containsExactly(new Finding("alert Down", "up == 0", "its health is err: many-to-many"));
    }

    @Test
    void withoutPrometheusItSaysWhoDoesNotAnswer() {
        stub.close();

        assertThatThrownBy(this::findings)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("no answer from Prometheus at http://127.0.0.1:");
    }

    private List<Finding> findings() {
        return ObservabilityCheck.findings(stub.client(), folder);
    }

    private void panels(String json) throws IOException {
        Files.writeString(
                folder.resolve("dashboards/skbstream.json"),
                """
                {"time": {"from": "now-15m", "to": "now"},
                 "templating": {"list": [{"name": "host", "type": "query", "query": {"query": "label_values(up, host)"}}]},
                 "panels": [%s]}
                """
                        .formatted(json));
    }

    private static String rules(String health, String error) {
        return """
                {"status": "success", "data": {"groups": [{"rules": [{"name": "Down", "health": "%s", "lastError": "%s"}]}]}}
                """
                .formatted(health, error);
    }
}
