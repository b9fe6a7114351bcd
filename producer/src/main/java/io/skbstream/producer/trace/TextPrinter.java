package io.skbstream.producer.trace;

import io.skbstream.clients.SafeText;
import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.event.SkbEvent;
import io.skbstream.producer.event.SkbPointer;
import io.skbstream.producer.event.WallClock;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Aligned lines in the manner of the kernel's trace_pipe, in colour on a terminal. Anyone may give a task a name that speaks to the
 * terminal: it is shown as {@link SafeText}.
 */
public final class TextPrinter implements HitPrinter {

    /** The longest: 15 bytes of name, a dash, and a tid of 7 digits (the kernel's PID_MAX_LIMIT is 4,194,304). */
    private static final int WHO_COLUMNS = 23;

    private static final int HOW_COLUMNS = 38;
    private static final String FORMAT = "%-" + WHO_COLUMNS + "s  %5s  %-15s  %-10s  %-15s  %-18s  %7s";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT).withZone(ZoneId.systemDefault());
    private static final String BOLD = "\u001b[1m";
    private static final String CYAN = "\u001b[36m";
    private static final String DIM = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintWriter out;
    private final boolean colour;
    private final String hook;
    private final WallClock clock;
    private final SkbPointer pointer;

    public TextPrinter(PrintWriter out, boolean colour, Hook hook, WallClock clock, SkbPointer pointer) {
        this.out = out;
        this.colour = colour;
        this.hook = hook.option();
        this.clock = clock;
        this.pointer = pointer;
    }

    @Override
    public void begin() {
        String header = line("COMM-TID", "CPU", "TIME", "HOOK", "DEVICE", "SKB", "LEN");
        out.println(colour ? BOLD + header + PLAIN : header);
    }

    @Override
    public void print(SkbEvent event) {
        String line = line(
                SafeText.of(event.comm()) + "-" + event.tid(),
                String.format(Locale.ROOT, "[%03d]", event.cpu()),
                TIME.format(instant(event)),
                hook,
                SafeText.of(event.device()),
                String.format(Locale.ROOT, "0x%016x", pointer.show(event.skb())),
                Integer.toString(event.len()));
        out.println(colour ? coloured(line) : line);
    }

    private Instant instant(SkbEvent event) {
        long wallNs = clock.wallNs(event.ktimeNs());
        return Instant.ofEpochSecond(wallNs / 1_000_000_000, wallNs % 1_000_000_000);
    }

    private static String line(String... columns) {
        return String.format(Locale.ROOT, FORMAT, (Object[]) columns);
    }

    /** Who stands out, how it was caught steps back, what it was stays plain. */
    private static String coloured(String line) {
        int how = WHO_COLUMNS;
        int what = WHO_COLUMNS + HOW_COLUMNS;
        return CYAN + line.substring(0, how) + PLAIN + DIM + line.substring(how, what) + PLAIN + line.substring(what);
    }
}
