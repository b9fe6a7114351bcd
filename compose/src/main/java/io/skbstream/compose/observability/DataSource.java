package io.skbstream.compose.observability;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Grafana's data source, as it is provisioned.
 *
 * @param scrapeInterval what rates are reckoned by
 */
record DataSource(String uid, Duration scrapeInterval) {

    static DataSource read(Path file) {
        JsonNode source = Documents.yaml(file).path("datasources").path(0);
        String interval = source.path("jsonData").path("timeInterval").asText();
        return new DataSource(source.path("uid").asText(), Duration.parse("PT" + interval));
    }
}
