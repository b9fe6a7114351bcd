package io.skbstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.Hook;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.SessionState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private static final Status STATUS = new Status("127.0.0.1:9092", 120, 1_234, Duration.ofMillis(6_543));

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void everyRowIsAsWideAsTheHeaderAndFitsIntoEightyColumns() {
        assertThat(Row.HEADER).hasSize(80);
        assertThat(Row.of(sums("vm", 0))).hasSize(80);
        assertThat(Row.of(sums("a-host-with-a-long-name.example", 0)))
                .hasSize(80)
                .startsWith("a-host-with…");
    }

    @Test
    void aWindowThatMissesOneEventInAMillionIsNotComplete() {
        assertThat(Row.of(sums("vm", 0))).endsWith("100.00%");
        assertThat(Row.of(sums("vm", 1))).endsWith(" 99.99%");
    }

    @Test
    void aHostCannotSendCommandsToTheTerminal() {
        assertThat(Row.of(sums("\033[2J", 0))).startsWith("\\u001b[2J");
    }

    @Test
    void aPipeGetsPlainLinesAndOneHeader() {
        var screen = new LineScreen(out);

        screen.show(STATUS, List.of(sums("vm", 0)));
        screen.show(STATUS, List.of(sums("vm", 1)));

        assertThat(shown()).doesNotContain("\033").containsOnlyOnce(Row.HEADER).contains("first row 6.5 s after");
        assertThat(shown().lines().filter(line -> line.startsWith("vm "))).hasSize(2);
    }

    @Test
    void aTerminalShowsTheNewestSumsOfAWindowOnly() {
        var screen = new LiveScreen(out, true);
        screen.show(STATUS, List.of(sums("vm", 0)));
        bytes.reset();

        screen.show(STATUS, List.of(sums("vm", 1)));

        assertThat(shown()).contains(Row.of(sums("vm", 1))).doesNotContain(Row.of(sums("vm", 0)));
        assertThat(shown()).as("it begins by going back over what it drew").contains("\r\033[6A\033[J");
    }

    @Test
    void aTerminalWithoutColoursGetsNone() {
        new LiveScreen(out, false).show(STATUS, List.of(sums("vm", 0)));
        assertThat(shown()).doesNotContainPattern("\033\\[[0-9]*m");

        new LiveScreen(out, true).show(STATUS, List.of(sums("vm", 0)));
        assertThat(shown()).containsPattern("\033\\[[0-9]*m");
    }

    @Test
    void theAddressOfThePageStaysOnTheTerminalAndIsALineInAPipe() {
        var screen = new LiveScreen(out, false);
        screen.page("http://127.0.0.1:8080/");
        bytes.reset();
        screen.show(STATUS, List.of());
        assertThat(shown().lines()).contains("live page: http://127.0.0.1:8080/");
        bytes.reset();

        new LineScreen(out).page("http://127.0.0.1:8080/");
        assertThat(shown().lines()).containsExactly("live page: http://127.0.0.1:8080/");
    }

    @Test
    void aLineThatStaysIsNotDrawnOver() {
        var screen = new LiveScreen(out, false);
        screen.show(STATUS, List.of());
        screen.line("{}");
        bytes.reset();

        screen.show(STATUS, List.of());

        assertThat(shown()).doesNotContain("\033[J");
    }

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static LoopbackByHost sums(String host, long missing) {
        var start = Instant.parse("2026-01-01T12:00:00Z");
        return LoopbackByHost.newBuilder()
                .setHost(host)
                .setWindowStart(start)
                .setWindowEnd(start.plusSeconds(5))
                .setPackets(1_000_000)
                .setBytes(64_000_000)
                .setEvents(1_000_000)
                .setMissing(missing)
                .setDuplicates(0)
                .setLate(0)
                .setTalkers(List.of())
                .setHook(Hook.UNKNOWN)
                .setAgentState(SessionState.UNKNOWN)
                .build();
    }
}
