package io.skbstream.compose.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The dashboard and the alert rules in front of a live Prometheus that {@code -Dprometheus} names. */
@EnabledIfSystemProperty(
        named = "prometheus",
        matches = ".+",
        disabledReason = "-Dprometheus=http://HOST:PORT is not given")
class EveryQueryReturnsData {

    @Test
    void everyPanelVariableAndAlertReturnsData() {
        var prometheus = new Prometheus(URI.create(System.getProperty("prometheus")));

        assertThat(ObservabilityCheck.findings(prometheus, Path.of("compose/observability")))
                .isEmpty();
    }
}
