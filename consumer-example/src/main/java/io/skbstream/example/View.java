package io.skbstream.example;

import io.skbstream.avro.LoopbackByHost;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Shows rows as they change: a table that is redrawn in place, a line for each change, or the same as JSON. Safe for the
 * threads of Streams; {@link #draw} is for one thread.
 */
final class View implements Consumer<LoopbackByHost> {
    /** How rows are shown. */
    enum Format {
        TABLE,
        LINES,
        JSON
    }

    static final int TABLE_ROWS = 20;

    private static final String HEADER = String.format(
            "%-24s %-17s %12s %15s %11s %14s %10s",
            "HOST", "WINDOW (UTC)", "PACKETS", "BYTES", "PACKETS/S", "BITS/S", "COMPLETE");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

    /** A host names itself, and must not send commands to the terminal. */
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /** Lines too long for the terminal are cut, for a wrapped one would be left behind by the next drawing. */
    private static final String WRAP_OFF = "\033[?7l";

    private static final String WRAP_ON = "\033[?7h";

    private record Key(Instant windowStart, String host) {}

    private final PrintStream out;
    private final Format format;
    private final TreeMap<Key, LoopbackByHost> newest =
            new TreeMap<>(Comparator.comparing(Key::windowStart).reversed().thenComparing(Key::host));
    private int drawnLines;
    private boolean changed;

    View(PrintStream out, Format format) {
        this.out = out;
        this.format = format;
    }

    @Override
    public synchronized void accept(LoopbackByHost row) {
        switch (format) {
            case JSON -> out.println(row);
            case LINES -> {
                if (drawnLines++ == 0) {
                    out.println(HEADER);
                }
                out.println(line(row));
            }
            case TABLE -> {
                newest.put(new Key(row.getWindowStart(), row.getHost()), row);
                if (newest.size() > TABLE_ROWS) {
                    newest.pollLastEntry();
                }
                changed = true;
            }
        }
    }

    /**
     * Redraws the table if it changed; the other formats need no drawing.
     *
     * @return whether anybody still reads the output
     */
    synchronized boolean draw() {
        if (changed) {
            var screen = new StringBuilder(WRAP_OFF);
            if (drawnLines > 0) {
                screen.append("\033[%dA\033[J".formatted(drawnLines)); // up to the header, and clear from there
            }
            screen.append(HEADER).append('\n');
            newest.values().forEach(row -> screen.append(line(row)).append('\n'));
            out.print(screen.append(WRAP_ON));
            drawnLines = newest.size() + 1;
            changed = false;
        }
        return !out.checkError();
    }

    static String line(LoopbackByHost row) {
        double seconds =
                (row.getWindowEnd().toEpochMilli() - row.getWindowStart().toEpochMilli()) / 1e3;
        return String.format(
                Locale.ROOT,
                "%-24s %s-%s %12d %15d %11.1f %14.0f %8s %%",
                CONTROL.matcher(row.getHost()).replaceAll("?"),
                TIME.format(row.getWindowStart()),
                TIME.format(row.getWindowEnd()),
                row.getPackets(),
                row.getBytes(),
                row.getPackets() / seconds,
                row.getBytes() * 8 / seconds,
                percent(row));
    }

    /** Rounded down, so that 100 means that nothing at all is missing. */
    private static String percent(LoopbackByHost row) {
        long all = row.getEvents() + row.getMissing();
        double percent = all == 0 ? 100 : Math.floor(row.getEvents() * 10_000.0 / all) / 100;
        return String.format(Locale.ROOT, "%.2f", percent);
    }
}
