package io.skbstream.compose.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InterpolationTest {

    private static final Duration SCRAPE = Duration.ofSeconds(5);

    @Test
    void severalValuesBecomeAnAlternativeAndOneStaysAlone() {
        assertThat(of(Duration.ofMinutes(15), "a", "b").of("up{host=~\"$host\"}"))
                .isEqualTo("up{host=~\"(a|b)\"}");
        assertThat(of(Duration.ofMinutes(15), "a").of("up{host=~\"${host}\"}")).isEqualTo("up{host=~\"a\"}");
    }

    @Test
    void whatARegexWouldTakeForItselfIsEscapedForTheRegexAndForTheString() {
        assertThat(of(Duration.ofMinutes(15), "web.1$").of("up{host=~\"$host\"}"))
                .isEqualTo("up{host=~\"web\\\\.1\\\\$\"}");
        assertThat(of(Duration.ofMinutes(15), "a\\b").of("$host")).isEqualTo("a\\\\\\\\b");
    }

    @Test
    void aShortRangeIsBoundByTheScrapeInterval() {
        assertThat(of(Duration.ofMinutes(15), "a").of("$__interval $__rate_interval $__range"))
                .isEqualTo("5s 20s 900s");
    }

    @Test
    void aLongRangeIsBoundByThePointsOnTheScreen() {
        assertThat(of(Duration.ofHours(10), "a").of("$__interval $__rate_interval $__range"))
                .isEqualTo("36s 41s 36000s");
    }

    @Test
    void aDollarThatEndsARegexIsNoVariable() {
        assertThat(of(Duration.ofMinutes(15), "a").of("up{host=~\"b$\"}")).isEqualTo("up{host=~\"b$\"}");
    }

    @Test
    void aVariableThatNobodyDefinesIsRefused() {
        assertThatThrownBy(() -> of(Duration.ofMinutes(15), "a").of("up{job=\"$job\"}"))
                .hasMessage("nobody defines the variable $job");
    }

    private static Interpolation of(Duration range, String... hosts) {
        return new Interpolation(range, SCRAPE, Map.of("host", List.of(hosts)));
    }
}
