package io.skbstream.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.Talker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

    @Test
    void aLineIsAlignedWithItsHeaderAndHasNoEscapeCodes() {
        new View(out, View.Format.LINES, Columns.SUMS).accept(row("web-1", 0, 10, 840, 12, 3));
        assertThat(text())
                .isEqualTo(
                        """
                HOST             WINDOW (UTC)       COMPLETE  MISSING  PACKETS/S       BITS/S DUPLICATES     LATE      PACKETS           BYTES
                web-1            14:13:20-14:13:30   80.00 %        3        1.0          672          2        1           10             840
                """);
    }

    @Test
    void theTalkersAreLinesOfTheirOwnUnderAHeaderThatSaysWhatTheyAreNot() {
        var row = SomeEvents.row("web-1", 0)
                .setTalkers(List.of(new Talker("pi\033ng", 7L, 588L, 0L), new Talker("sshd", 1L, 84L, 2L)))
                .build();
        new View(out, View.Format.LINES, Columns.TALKERS).accept(row);
        assertThat(text())
                .isEqualTo(
                        """
                COMM is what the softirq interrupted, not the packet's owner.
                HOST             WINDOW (UTC)      COMM                 PACKETS           BYTES
                web-1            14:13:20-14:13:30 pi\\u001bng                 7             588
                web-1            14:13:20-14:13:30 sshd                       1              84   up to 2 packets more
                """);
    }

    @Test
    void jsonIsTheWholeRecordOnOneLine() {
        var row = row("we\"b\n1", 0, 10, 840, 12, 3);
        new View(out, View.Format.JSON, Columns.SUMS).accept(row);
        assertThat(text())
                .isEqualTo(
                        "{\"host\": \"we\\\"b\\n1\", \"windowStart\": \"2026-09-21T14:13:20Z\", "
                                + "\"windowEnd\": \"2026-09-21T14:13:30Z\", \"packets\": 10, \"bytes\": 840, \"events\": 12, "
                                + "\"missing\": 3, \"duplicates\": 2, \"late\": 1, \"histogram\": [], \"talkers\": [], "
                                + "\"sessions\": [], \"hook\": \"UNKNOWN\", \"agentState\": \"UNKNOWN\", \"kernel\": null, "
                                + "\"ledgerTime\": null, \"lossByCause\": null, \"waiting\": null, \"partial\": false, \"agents\": 0}\n");
    }

    @Test
    void theTableIsRedrawnInPlaceOnlyWhenItChanged() {
        var view = new View(out, View.Format.TABLE, Columns.SUMS);
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
        var view = new View(out, View.Format.TABLE, Columns.SUMS);
        for (int i = 0; i < View.TABLE_ROWS + 5; i++) {
            view.accept(row("host-" + i, 10 * i, 1, 1, 1, 0));
        }
        view.draw();
        assertThat(text().lines().filter(line -> line.startsWith("host-"))).hasSize(View.TABLE_ROWS);
        assertThat(text()).doesNotContain("host-4 ").contains("host-5 ", "host-24 ");
    }

    @Test
    void hundredPercentMeansThatNothingIsMissing() {
        assertThat(line(row("h", 0, 0, 0, 10_000_000, 0))).contains(" 100.00 % ");
        assertThat(line(row("h", 0, 0, 0, 10_000_000, 1))).contains(" 99.99 % ");
        var unread = row("h", 0, 0, 0, 10_000_000, 0);
        unread.put("partial", true);
        assertThat(line(unread)).contains("   partial        0 ");
    }

    @Test
    void aHostNameCannotCommandTheTerminal() {
        assertThat(line(row("\033[2Jw\u009b\u202eeb", 0, 1, 1, 1, 0))).startsWith("\\u001b[2Jw\\u009b\\u202eeb ");
    }

    @Test
    void drawingTellsWhenNobodyReadsAnyMore() {
        assertThat(new View(out, View.Format.JSON, Columns.SUMS).draw()).isTrue();
        var closedPipe = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        var view = new View(new PrintStream(closedPipe, true, StandardCharsets.UTF_8), View.Format.LINES, Columns.SUMS);
        view.accept(row("web-1", 0, 1, 1, 1, 0));
        assertThat(view.draw()).isFalse();
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }

    private static String line(LoopbackByHost row) {
        return Columns.SUMS.lines(row).get(0);
    }

    private static LoopbackByHost row(String host, long startS, long packets, long bytes, long events, long missing) {
        return SomeEvents.row(host, startS)
                .setPackets(packets)
                .setBytes(bytes)
                .setEvents(events)
                .setMissing(missing)
                .setDuplicates(2)
                .setLate(1)
                .build();
    }
}
