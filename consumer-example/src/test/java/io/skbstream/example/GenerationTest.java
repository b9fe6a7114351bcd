package io.skbstream.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GenerationTest {
    /** Of hosts by their homes among 2, 3 and 5 partitions. */
    private static String host(int ofTwo, int ofThree, int ofFive) {
        return IntStream.range(0, 10_000)
                .mapToObj(number -> "host-" + number)
                .filter(host -> Strays.home(host, 2) == ofTwo
                        && Strays.home(host, 3) == ofThree
                        && Strays.home(host, 5) == ofFive)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anEventWasMovedIfAnyMoveFoundItAwayFromItsHomeOfThen() {
        var once = new Generation(2, "id", List.of(9L, 9L, 9L), List.of(7L, 8L, 0L), List.of(0L, 0L, 0L), List.of());
        assertThat(once.wasMoved(host(0, 2, 0), 0, 6)).isTrue();
        assertThat(once.wasMoved(host(0, 2, 0), 0, 7)).as("came later").isFalse();
        assertThat(once.wasMoved(host(0, 0, 4), 0, 6)).as("was at home").isFalse();

        var twice = new Generation(
                3, "id", List.of(), List.of(9L, 9L, 9L, 0L, 0L), List.of(), once.movesAbove(partition -> 6));
        assertThat(twice.wasMoved(host(0, 2, 0), 0, 6))
                .as("by the first move, though it is at home again")
                .isTrue();
        assertThat(twice.wasMoved(host(0, 2, 0), 0, 7)).isFalse();
        assertThat(twice.wasMoved(host(0, 0, 4), 0, 6)).as("by the second").isTrue();
        assertThat(twice.wasMoved(host(0, 0, 4), 3, 0)).isFalse();
    }

    @Test
    void aMoveIsForgottenWhenAllIsReadThatItMoved() {
        var generation = new Generation(
                3, "id", List.of(), List.of(9L, 9L, 0L), List.of(), List.of(List.of(5L), List.of(8L, 8L)));
        assertThat(generation.movesAbove(partition -> 4))
                .containsExactly(List.of(5L), List.of(8L, 8L), List.of(9L, 9L, 0L));
        assertThat(generation.movesAbove(partition -> partition == 0 ? 9 : 8)).containsExactly(List.of(9L, 9L, 0L));
        assertThat(generation.movesAbove(partition -> 9)).isEmpty();
    }

    @Test
    void itIsReadAsItWasWrittenAndAsEarlierVersionsWroteIt() {
        var generation = new Generation(3, "id", List.of(9L), List.of(8L), List.of(7L), List.of(List.of(5L)));
        assertThat(Generation.of(generation.toJson())).isEqualTo(generation);
        String old = "{\"number\":3,\"topicId\":\"id\",\"ends\":[9],\"moved\":[8],\"strays\":[7]}";
        assertThat(Generation.of(old.getBytes(UTF_8)))
                .isEqualTo(new Generation(3, "id", List.of(9L), List.of(8L), List.of(7L), List.of()));
    }
}
