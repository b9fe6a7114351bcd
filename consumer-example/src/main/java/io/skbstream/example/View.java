package io.skbstream.example;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.clients.SafeText;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

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

    /** Lines too long for the terminal are cut, for a wrapped one would be left behind by the next drawing. */
    private static final String WRAP_OFF = "\033[?7l";

    private static final String WRAP_ON = "\033[?7h";

    private record Key(Instant windowStart, String host) {}

    private final PrintStream out;
    private final Format format;
    private final Columns columns;
    private final TreeMap<Key, LoopbackByHost> newest =
            new TreeMap<>(Comparator.comparing(Key::windowStart).reversed().thenComparing(Key::host));
    private int drawnLines;
    private boolean changed;

    /** @param columns ignored for JSON, which has everything */
    View(PrintStream out, Format format, Columns columns) {
        this.out = out;
        this.format = format;
        this.columns = columns;
    }

    @Override
    public synchronized void accept(LoopbackByHost row) {
        switch (format) {
            case JSON -> out.println(SafeText.json(row.toString()));
            case LINES -> {
                if (drawnLines++ == 0) {
                    columns.header().forEach(out::println);
                }
                columns.lines(row).forEach(out::println);
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
            var rows = newest.values().stream().flatMap(row -> columns.lines(row).stream());
            List<String> lines = Stream.concat(columns.header().stream(), rows.limit(TABLE_ROWS))
                    .toList();
            lines.forEach(line -> screen.append(line).append('\n'));
            out.print(screen.append(WRAP_ON));
            drawnLines = lines.size();
            changed = false;
        }
        return !out.checkError();
    }
}
