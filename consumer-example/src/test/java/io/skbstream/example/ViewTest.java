package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.LoopbackByHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ViewTest {
    private static final Instant T0 = Instant.parse("2026-09-21T14:13:20Z");

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    @Test
    void aLineIsAlignedWithItsHeaderAndHasNoEscapeCodes() {
        new View(out, View.Format.LINES).accept(row("web-1", 0, 10, 840, 12, 3));
        assertThat(text())
                .isEqualTo(
                        """
                HOST                     WINDOW (UTC)           PACKETS           BYTES   PACKETS/S         BITS/S   COMPLETE
                web-1                    14:13:20-14:13:30           10             840         1.0            672    80.00 %
                """);
    }

    @Test
    void jsonIsTheRecordItselfOnOneLine() {
        new View(out, View.Format.JSON).accept(row("we\"b\n1", 0, 10, 840, 12, 3));
        assertThat(text())
                .isEqualTo("{\"host\": \"we\\\"b\\n1\", \"windowStart\": \"2026-09-21T14:13:20Z\", "
                        + "\"windowEnd\": \"2026-09-21T14:13:30Z\", \"packets\": 10, \"bytes\": 840, \"events\": 12, "
                        + "\"missing\": 3}\n");
    }

    @Test
    void theTableIsRedrawnInPlaceOnlyWhenItChanged() {
        var view = new View(out, View.Format.TABLE);
        view.accept(row("web-1", 0, 1, 1, 1, 0));
        assertThat(text()).isEmpty();
        view.draw();
        String first = text();
        assertThat(first).contains("HOST", "web-1").doesNotContain("\033[J");
        view.draw();
        assertThat(text()).isEqualTo(first);
        view.accept(row("web-1", 0, 2, 2, 2, 0));
        view.accept(row("db-1", 10, 1, 1, 1, 0));
        view.draw();
        String second = text().substring(first.length());
        assertThat(second).startsWith("\033[?7l\033[2A\033[J").containsSubsequence("db-1", "web-1");
        assertThat(second.lines().filter(line -> line.startsWith("web-1"))).hasSize(1);
    }

    @Test
    void theTableKeepsTheNewestWindows() {
        var view = new View(out, View.Format.TABLE);
        for (int i = 0; i < View.TABLE_ROWS + 5; i++) {
            view.accept(row("host-" + i, 10 * i, 1, 1, 1, 0));
        }
        view.draw();
        assertThat(text().lines().filter(line -> line.startsWith("host-"))).hasSize(View.TABLE_ROWS);
        assertThat(text()).doesNotContain("host-4 ").contains("host-5 ", "host-24 ");
    }

    @Test
    void hundredPercentMeansThatNothingIsMissing() {
        assertThat(View.line(row("h", 0, 0, 0, 10_000_000, 0))).endsWith(" 100.00 %");
        assertThat(View.line(row("h", 0, 0, 0, 10_000_000, 1))).endsWith(" 99.99 %");
    }

    @Test
    void aHostNameCannotCommandTheTerminal() {
        assertThat(View.line(row("\033[2Jweb", 0, 1, 1, 1, 0))).startsWith("?[2Jweb ");
    }

    @Test
    void drawingTellsWhenNobodyReadsAnyMore() {
        assertThat(new View(out, View.Format.JSON).draw()).isTrue();
        var closedPipe = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        var view = new View(new PrintStream(closedPipe, true, StandardCharsets.UTF_8), View.Format.LINES);
        view.accept(row("web-1", 0, 1, 1, 1, 0));
        assertThat(view.draw()).isFalse();
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }

    private static LoopbackByHost row(String host, long startS, long packets, long bytes, long events, long missing) {
        Instant start = T0.plusSeconds(startS);
        return new LoopbackByHost(host, start, start.plusSeconds(10), packets, bytes, events, missing);
    }
}
