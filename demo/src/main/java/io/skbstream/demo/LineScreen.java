package io.skbstream.demo;

import io.skbstream.avro.LoopbackByHost;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** For a pipe or a file: lines are appended, as things change. */
final class LineScreen implements Screen {
    private static final long STATUS_EVERY_MS = 5_000;

    private final PrintStream out;
    private long nextStatusMs;
    private boolean headed;

    LineScreen(PrintStream out) {
        this.out = out;
    }

    @Override
    public void title(String title) {
        out.println(title);
    }

    @Override
    public void page(String address) {
        out.println("live page: " + address);
    }

    @Override
    public void phase(String phase) {
        out.println(phase);
    }

    @Override
    public void show(Status status, List<LoopbackByHost> changed) {
        for (var sums : changed) {
            if (!headed) {
                headed = true;
                out.printf(
                        Locale.ROOT,
                        "first row %.1f s after the start%n",
                        status.firstRowAfter().toMillis() / 1e3);
                out.println(Row.HEADER);
            }
            out.println(Row.of(sums));
        }
        long nowMs = System.nanoTime() / 1_000_000;
        if (headed && nowMs >= nextStatusMs) {
            nextStatusMs = nowMs + STATUS_EVERY_MS;
            out.printf(Locale.ROOT, "%,d events/s, %,d events in Kafka%n", status.eventsPerSecond(), status.events());
        }
    }

    @Override
    public void line(String line) {
        out.println(line);
    }
}
