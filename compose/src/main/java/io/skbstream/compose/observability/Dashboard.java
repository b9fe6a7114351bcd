package io.skbstream.compose.observability;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a Grafana dashboard asks of Prometheus. Rows are no panels; those inside a collapsed row are.
 *
 * @param from begin of the time that it shows at first, as {@code now-15m}
 */
record Dashboard(String from, List<Panel> panels, List<Variable> variables) {

    /** @param queries in PromQL, with Grafana's variables */
    record Panel(String title, List<String> queries) {}

    /** @param query that finds the values to choose from */
    record Variable(String name, String query) {}

    static Dashboard read(Path file) {
        JsonNode root = Documents.json(file);
        List<Panel> panels = new ArrayList<>();
        addPanels(root.path("panels"), panels);
        List<Variable> variables = new ArrayList<>();
        for (JsonNode variable : root.path("templating").path("list")) {
            if (variable.path("type").asText().equals("query")) {
                JsonNode query = variable.path("query");
                variables.add(new Variable(
                        variable.path("name").asText(),
                        query.isTextual() ? query.asText() : query.path("query").asText()));
            }
        }
        return new Dashboard(root.path("time").path("from").asText(), List.copyOf(panels), List.copyOf(variables));
    }

    private static void addPanels(JsonNode from, List<Panel> to) {
        for (JsonNode panel : from) {
            if (!panel.path("type").asText().equals("row")) {
                List<String> queries = new ArrayList<>();
                panel.path("targets")
                        .forEach(target -> queries.add(target.path("expr").asText()));
                to.add(new Panel(panel.path("title").asText(), List.copyOf(queries)));
            }
            addPanels(panel.path("panels"), to);
        }
    }
}
