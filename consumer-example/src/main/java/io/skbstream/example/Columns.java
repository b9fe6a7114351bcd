package io.skbstream.example;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.Talker;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What of a row is shown, in aligned columns. */
enum Columns {
    /** One line: sums, rates over the whole window, completeness. */
    SUMS(String.format(
            "%-24s %-17s %12s %15s %11s %14s %10s %10s %10s %10s",
            "HOST",
            "WINDOW (UTC)",
            "PACKETS",
            "BYTES",
            "PACKETS/S",
            "BITS/S",
            "COMPLETE",
            "MISSING",
            "DUPLICATES",
            "LATE")) {
        @Override
        List<String> lines(LoopbackByHost row) {
            double seconds =
                    Duration.between(row.getWindowStart(), row.getWindowEnd()).toMillis() / 1e3;
            return List.of(String.format(
                    Locale.ROOT,
                    "%s %12d %15d %11.1f %14.0f %8s %% %10d %10d %10d",
                    window(row),
                    row.getPackets(),
                    row.getBytes(),
                    row.getPackets() / seconds,
                    row.getBytes() * 8 / seconds,
                    percentComplete(row),
                    row.getMissing(),
                    row.getDuplicates(),
                    row.getLate()));
        }
    },

    /** A line for each of the top talkers; what the name is not is said where it is shown. */
    TALKERS(String.format(
            "%-24s %-17s %-15s %12s %15s   %s",
            "HOST",
            "WINDOW (UTC)",
            "COMM",
            "PACKETS",
            "BYTES",
            "(COMM is what the softirq interrupted, not the packet's owner)")) {
        @Override
        List<String> lines(LoopbackByHost row) {
            return row.getTalkers().stream()
                    .map(talker -> String.format(
                            Locale.ROOT,
                            "%s %-15s %12d %15d%s",
                            window(row),
                            printable(talker.getComm()),
                            talker.getPackets(),
                            talker.getBytes(),
                            uncertainty(talker)))
                    .toList();
        }
    };

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

    /** Hosts and tasks name themselves, and must not send commands to the terminal. */
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final String header;

    Columns(String header) {
        this.header = header;
    }

    String header() {
        return header;
    }

    abstract List<String> lines(LoopbackByHost row);

    private static String window(LoopbackByHost row) {
        return "%-24s %s-%s"
                .formatted(
                        printable(row.getHost()), TIME.format(row.getWindowStart()), TIME.format(row.getWindowEnd()));
    }

    private static String printable(String name) {
        return CONTROL.matcher(name).replaceAll("?");
    }

    private static String uncertainty(Talker talker) {
        return talker.getUncertain() == 0 ? "" : "   up to %d packets more".formatted(talker.getUncertain());
    }

    /** Rounded down, so that 100 means that nothing at all is missing. */
    private static String percentComplete(LoopbackByHost row) {
        long all = row.getEvents() + row.getMissing();
        double percent = all == 0 ? 100 : Math.floor(row.getEvents() * 10_000.0 / all) / 100;
        return String.format(Locale.ROOT, "%.2f", percent);
    }
}
