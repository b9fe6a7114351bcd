package io.skbstream.compose.observability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The dashboard's file, by itself and beside what is provisioned with it. */
class DashboardTest {

    private static final int COLUMNS = 24;
    private static final Path FOLDER = Path.of("observability");

    private final JsonNode root = Documents.json(FOLDER.resolve("dashboards/skbstream.json"));

    @Test
    void itHasAUidAndShowsWhatIsNew() {
        assertThat(root.path("uid").asText()).isEqualTo("skbstream");
        assertThat(root.path("refresh").asText()).isEqualTo("5s");
        assertThat(root.path("time").path("to").asText()).isEqualTo("now");
        assertThat(root.path("schemaVersion").asInt()).isBetween(39, 41); // Grafana 11.0 to 12
    }

    @Test
    void idsAndTitlesAreUnique() {
        assertThat(panels().map(panel -> panel.path("id").asInt()))
                .doesNotHaveDuplicates()
                .allMatch(id -> id > 0);
        assertThat(panels().map(panel -> panel.path("title").asText()))
                .doesNotHaveDuplicates()
                .noneMatch(String::isBlank);
    }

    @Test
    void panelsFitTheGridAndNoneLiesOnAnother() {
        Set<List<Integer>> taken = new HashSet<>();
        panels().forEach(panel -> {
            JsonNode at = panel.path("gridPos");
            int right = at.path("x").asInt() + at.path("w").asInt();
            int bottom = at.path("y").asInt() + at.path("h").asInt();
            assertThat(right).as("%s", panel.path("title")).isLessThanOrEqualTo(COLUMNS);
            for (int x = at.path("x").asInt(); x < right; x++) {
                for (int y = at.path("y").asInt(); y < bottom; y++) {
                    assertThat(taken.add(List.of(x, y)))
                            .as("%s lies on another panel, at %d, %d", panel.path("title"), x, y)
                            .isTrue();
                }
            }
        });
        assertThat(taken).isNotEmpty();
    }

    @Test
    void everyPanelSaysWhatItIsInWhichUnit() {
        assertThat(charts()).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.path("description").asText()).endsWith(".");
            assertThat(panel.path("fieldConfig").path("defaults").path("unit").asText())
                    .isIn("bps", "Bps", "bytes", "eps", "ms", "none", "percentunit", "pps", "s", "short");
        });
    }

    @Test
    void everyPanelAndQueryNamesTheProvisionedDataSource() {
        String uid = DataSource.read(FOLDER.resolve("provisioning/datasources/prometheus.yml"))
                .uid();
        assertThat(charts()).allSatisfy(panel -> {
            assertThat(panel.path("datasource").path("uid").asText()).isEqualTo(uid);
            assertThat(panel.path("targets")).isNotEmpty().allSatisfy(target -> assertThat(
                            target.path("datasource").path("uid").asText())
                    .isEqualTo(uid));
            assertThat(panel.path("targets"))
                    .extracting(target -> target.path("refId").asText())
                    .doesNotHaveDuplicates();
        });
        assertThat(root.path("templating").path("list")).isNotEmpty().allSatisfy(variable -> assertThat(
                        variable.path("datasource").path("uid").asText())
                .isEqualTo(uid));
    }

    @Test
    void theHostCanBeChosenOneSeveralOrAll() {
        JsonNode host = root.path("templating").path("list").path(0);
        assertThat(host.path("name").asText()).isEqualTo("host");
        assertThat(host.path("multi").asBoolean()).isTrue();
        assertThat(host.path("includeAll").asBoolean()).isTrue();
    }

    private Stream<JsonNode> panels() {
        return StreamSupport.stream(root.path("panels").spliterator(), false);
    }

    private List<JsonNode> charts() {
        return panels().filter(panel -> !panel.path("type").asText().equals("row"))
                .toList();
    }
}
