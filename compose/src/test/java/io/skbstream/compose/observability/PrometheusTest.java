package io.skbstream.compose.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.compose.observability.Prometheus.ActiveAlert;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrometheusTest {

    @Test
    void alertsThatArePendingOrFireAreToldWithTheirLabels() throws Exception {
        try (var stub = new StubPrometheus()) {
            stub.answers(
                    "alerts",
                    """
                    {"status": "success", "data": {"alerts": [
                      {"labels": {"alertname": "Down", "instance": "a:1"}, "annotations": {}, "state": "pending", "value": "0"},
                      {"labels": {"alertname": "Loss", "host": "b"}, "annotations": {}, "state": "firing", "value": "7"}]}}
                    """);

            assertThat(stub.client().activeAlerts())
                    .containsExactly(
                            new ActiveAlert("Down", Map.of("alertname", "Down", "instance", "a:1"), "pending"),
                            new ActiveAlert("Loss", Map.of("alertname", "Loss", "host", "b"), "firing"));
        }
    }
}
