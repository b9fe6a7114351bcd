package io.skbstream.example;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.Talker;
import io.skbstream.clients.SafeText;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** What of a row is shown, in aligned columns. Hosts and tasks name themselves: {@link SafeText}. */
enum Columns {
    /** One line: completeness and rates first, for a narrow terminal cuts what comes last. Rates are over the whole window. */
    SUMS(String.format(
            "%-16s %-17s %9s %8s %10s %12s %10s %8s %12s %15s",
            "HOST",
            "WINDOW (UTC)",
            "COMPLETE",
            "MISSING",
            "PACKETS/S",
            "BITS/S",
            "DUPLICATES",
            "LATE",
            "PACKETS",
            "BYTES")) {
        @Override
        List<String> lines(LoopbackByHost row) {
            double seconds =
                    Duration.between(row.getWindowStart(), row.getWindowEnd()).toMillis() / 1e3;
            return List.of(String.format(
                    Locale.ROOT,
                    "%s %9s %8d %10.1f %12.0f %10d %8d %12d %15d",
                    window(row),
                    complete(row),
                    row.getMissing(),
                    row.getPackets() / seconds,
                    row.getBytes() * 8 / seconds,
                    row.getDuplicates(),
                    row.getLate(),
                    row.getPackets(),
                    row.getBytes()));
        }
    },

    /** A line for each of the top talkers; what the name is not is said where it is shown. */
    TALKERS(
            "COMM is what the softirq interrupted, not the packet's owner.",
            String.format("%-16s %-17s %-15s %12s %15s", "HOST", "WINDOW (UTC)", "COMM", "PACKETS", "BYTES")) {
        @Override
        List<String> lines(LoopbackByHost row) {
            return row.getTalkers().stream()
                    .map(talker -> String.format(
                            Locale.ROOT,
                            "%s %-15s %12d %15d%s",
                            window(row),
                            SafeText.of(talker.getComm()),
                            talker.getPackets(),
                            talker.getBytes(),
                            uncertainty(talker)))
                    .toList();
        }
    };

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

    private final List<String> header;

    Columns(String... header) {
        this.header = List.of(header);
    }

    List<String> header() {
        return header;
    }

    abstract List<String> lines(LoopbackByHost row);

    private static String window(LoopbackByHost row) {
        return "%-16s %s-%s"
                .formatted(
                        SafeText.of(row.getHost()), TIME.format(row.getWindowStart()), TIME.format(row.getWindowEnd()));
    }

    private static String uncertainty(Talker talker) {
        return talker.getUncertain() == 0 ? "" : "   up to %d packets more".formatted(talker.getUncertain());
    }

    /** Rounded down, so that 100 % means that nothing at all is missing. */
    private static String complete(LoopbackByHost row) {
        if (row.getPartial()) {
            return "partial";
        }
        long all = row.getEvents() + row.getMissing();
        double percent = all == 0 ? 100 : Math.floor(row.getEvents() * 10_000.0 / all) / 100;
        return String.format(Locale.ROOT, "%.2f %%", percent);
    }
}
