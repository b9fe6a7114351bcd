package io.skbstream.demo;

import io.skbstream.avro.LoopbackByHost;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** For a terminal: title, figures and table are redrawn in place. */
final class LiveScreen implements Screen {
    private static final int TABLE_ROWS = 10;
    private static final String BOLD = "1";
    private static final String DIM = "2";
    private static final String GREEN = "32";
    private static final String YELLOW = "33";

    /** Lines too long for the terminal are cut, for a wrapped one would be left behind by the next drawing. */
    private static final String WRAP_OFF = "\033[?7l";

    private static final String WRAP_ON = "\033[?7h";

    private record Key(Instant windowStart, String host) {}

    private final PrintStream out;
    private final boolean colours;
    private final TreeMap<Key, LoopbackByHost> newest =
            new TreeMap<>(Comparator.comparing(Key::windowStart).reversed().thenComparing(Key::host));
    private String title = "skbstream demo";
    private String page;
    private String phase = "";
    private Status status = new Status("…", 0, 0, null);
    private int drawnLines;

    LiveScreen(PrintStream out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    @Override
    public void title(String title) {
        this.title = title;
        draw();
    }

    @Override
    public void page(String address) {
        this.page = address;
        draw();
    }

    @Override
    public void phase(String phase) {
        this.phase = phase;
        draw();
    }

    @Override
    public void show(Status status, List<LoopbackByHost> changed) {
        this.status = status;
        for (var sums : changed) {
            newest.put(new Key(sums.getWindowStart(), sums.getHost()), sums);
            if (newest.size() > TABLE_ROWS) {
                newest.pollLastEntry();
            }
        }
        draw();
    }

    @Override
    public void line(String line) {
        out.println(line);
        drawnLines = 0;
    }

    private void draw() {
        var screen = new StringBuilder(WRAP_OFF);
        if (drawnLines > 0) {
            screen.append("\r\033[%dA\033[J".formatted(drawnLines)); // up to the title, and clear from there: a ^C too
        }
        drawnLines = 0;
        append(screen, BOLD, title);
        if (page != null) {
            append(screen, BOLD, "live page: " + page);
        }
        append(screen, DIM, figures());
        append(screen, DIM, phase());
        append(screen, DIM, "");
        append(screen, BOLD, Row.HEADER);
        newest.values().forEach(sums -> append(screen, Row.isComplete(sums) ? GREEN : YELLOW, Row.of(sums)));
        out.print(screen.append(WRAP_ON));
        out.flush();
    }

    private void append(StringBuilder screen, String colour, String line) {
        screen.append(colours ? "\033[" + colour + "m" + line + "\033[m" : line).append('\n');
        drawnLines++;
    }

    private String figures() {
        return String.format(
                Locale.ROOT,
                "Kafka at %s: %,d events/s, %,d events",
                status.broker(),
                status.eventsPerSecond(),
                status.events());
    }

    private String phase() {
        return status.firstRowAfter() == null
                ? phase
                : String.format(
                        Locale.ROOT,
                        "first row after %.1f s; %s",
                        status.firstRowAfter().toMillis() / 1e3,
                        phase);
    }
}
