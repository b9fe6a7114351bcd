package io.skbstream.chaos.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.chaos.kafka.WindowCounts.Counts;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WindowCountsTest {

    private static final Instant FIRST = Instant.ofEpochSecond(100);
    private static final Instant SECOND = Instant.ofEpochSecond(110);

    private final WindowCounts counts = new WindowCounts(Duration.ofSeconds(10));

    @Test
    void aLostEventIsMissingWhereTheNextNumberIs() {
        counts.add(1, 0, 2, FIRST.plusMillis(9_999)); // 0 and 1 are missing before
        counts.add(1, 0, 5, SECOND); // 3 and 4
        counts.add(1, 1, 0, SECOND);

        assertThat(counts.byWindow()).isEqualTo(Map.of(FIRST, new Counts(1, 2, 0), SECOND, new Counts(2, 2, 0)));
    }

    @Test
    void theOrderDoesNotMatterAndDuplicatesCountOnce() {
        counts.add(1, 0, 2, SECOND);
        counts.add(1, 0, 0, FIRST);
        counts.add(1, 0, 1, FIRST.plusSeconds(1));
        counts.add(1, 0, 1, FIRST.plusSeconds(1));

        assertThat(counts.byWindow()).isEqualTo(Map.of(FIRST, new Counts(2, 0, 1), SECOND, new Counts(1, 0, 0)));
    }

    @Test
    void agentsDoNotShareNumbers() {
        counts.add(1, 0, 0, FIRST);
        counts.add(2, 0, 0, FIRST);

        assertThat(counts.byWindow()).isEqualTo(Map.of(FIRST, new Counts(2, 0, 0)));
    }
}
