package io.skbstream.compose.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertRuleTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\'',
            value = {
                "a > 0; a",
                "a{b=\"1\", c!=\"2\"} == 0; a{b=\"1\", c!=\"2\"}",
                "a / b > 0.8; a / b",
                "a != bool -1; a",
                "increase(a[5m]) >= 0 or increase(b[5m]) <= 3; increase(a[5m]) or increase(b[5m])",
                "delta(a[1m]) > 0 and a < 1.5; delta(a[1m]) and a",
                "absent(a{b=~\"1\"}); a{b=~\"1\"}",
                "a > b; a > b",
            })
    void whatIsWatchedIsTheExpressionWithoutItsComparisonsWithNumbers(String expr, String watched) {
        assertThat(new AlertRule("Some", expr).watched()).isEqualTo(watched);
    }

    @Test
    void noAlertIsWithoutATest() throws IOException {
        String tests = Files.readString(Path.of("observability/alerts.test.yml"));

        assertThat(AlertRule.read(Path.of("observability/alerts.yml")))
                .isNotEmpty()
                .allSatisfy(alert -> assertThat(tests).contains("- alertname: " + alert.name() + "\n"));
    }
}
