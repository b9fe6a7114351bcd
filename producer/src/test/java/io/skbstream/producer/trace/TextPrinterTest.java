package io.skbstream.producer.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.event.FixedClock;
import io.skbstream.producer.event.RawEvent;
import io.skbstream.producer.event.SkbPointer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextPrinterTest {

    /** 2026-01-01T00:00:00Z less the five seconds that the example's monotonic clock shows. */
    private static final long AHEAD_NS = (Instant.parse("2026-01-01T00:00:00Z").getEpochSecond() - 5) * 1_000_000_000L;

    private static final int LARGEST_TID = 4_194_304;

    private final StringWriter written = new StringWriter();

    @Test
    void aHitIsExactlyThisLineUnderThisHeader() {
        print(false, RawEvent.example());
        String hour = Instant.parse("2026-01-01T00:00:00Z")
                .atZone(ZoneId.systemDefault())
                .toLocalTime()
                .toString();

        assertThat(lines())
                .containsExactly(
                        "COMM-TID                   CPU  TIME             HOOK        DEVICE           SKB                 "
                                + "    LEN",
                        "ping-4002                [003]  " + hour
                                + ":00.000000  tracepoint  lo               0xffff888102030400       84");
    }

    @Test
    void columnsStayInPlaceWithTheLongestNamesAndNumbers() {
        var longest = new RawEvent(
                Long.MAX_VALUE,
                5_999_999_999L,
                -1,
                -1,
                524_287,
                255,
                LARGEST_TID,
                LARGEST_TID,
                Integer.MAX_VALUE,
                0xffff,
                RawEvent.padded("a-wholename-15b"),
                RawEvent.padded("migration/12345"));
        print(false, RawEvent.example(), longest);

        assertThat(lines()).hasSize(3);
        String header = lines().get(0);
        String hit = lines().get(2);
        assertThat(hit).hasSameSizeAs(header).startsWith("migration/12345-4194304  [255]  ");
        assertThat(hit.substring(header.indexOf("TIME")).split(" ")[0]).matches("\\d\\d:\\d\\d:\\d\\d\\.999999");
        assertThat(hit.substring(header.indexOf("DEVICE"))).startsWith("a-wholename-15b  0xffffffffffffffff  ");
    }

    @Test
    void aNameCannotSpeakToTheTerminalNorBreakTheLine() {
        print(false, RawEvent.example().named(1, "\u001b[2Ja\nb\r\u009bc", "l\to"));

        assertThat(lines()).hasSize(2);
        assertThat(lines().get(1)).startsWith("\\u001b[2Ja\\nb\\r\\u009bc-1 ").contains("  l\\to ");
    }

    @Test
    void aNameThatIsNoUtf8IsShownAllTheSame() {
        print(false, RawEvent.example().named(1, "prüfer", "lo"));

        assertThat(lines().get(1)).startsWith("prüfer-1 ");
    }

    @Test
    void coloursAddNothingButColour() {
        print(false, RawEvent.example());
        List<String> plain = lines();
        written.getBuffer().setLength(0);
        print(true, RawEvent.example());

        assertThat(lines()).allMatch(line -> line.startsWith("\u001b["));
        assertThat(lines().stream().map(line -> line.replaceAll("\u001b\\[\\d+m", "")))
                .containsExactlyElementsOf(plain);
        assertThat(lines().get(1))
                .startsWith("\u001b[36mping-4002              \u001b[0m\u001b[2m  [003]")
                .contains("tracepoint  \u001b[0mlo ");
    }

    private void print(boolean colour, RawEvent... events) {
        PrintWriter out = new PrintWriter(written);
        var printer = new TextPrinter(
                out, colour, Hook.TRACEPOINT, FixedClock.ahead(AHEAD_NS), new SkbPointer(SkbPointer.Mode.RAW));
        printer.begin();
        for (RawEvent event : events) {
            printer.print(event.inMemory());
        }
        out.flush();
    }

    private List<String> lines() {
        return written.toString().lines().toList();
    }
}
