package io.skbstream.demo;

import io.skbstream.avro.LoopbackByHost;
import io.skbstream.clients.SafeText;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** One line of the table, 80 columns wide, and its header. A host names itself: {@link SafeText}. */
final class Row {
    static final String HEADER = String.format(
            "%-12s %-17s %8s %10s %9s %10s %8s",
            "HOST", "WINDOW (UTC)", "PACKETS", "BYTES", "PACKETS/S", "BITS/S", "COMPLETE");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

    private static final int HOST_COLUMNS = 12;

    private Row() {}

    static String of(LoopbackByHost sums) {
        double seconds =
                (sums.getWindowEnd().toEpochMilli() - sums.getWindowStart().toEpochMilli()) / 1e3;
        return String.format(
                Locale.ROOT,
                "%-12s %s-%s %8d %10d %9.1f %10.0f %7s%%",
                cut(SafeText.of(sums.getHost())),
                TIME.format(sums.getWindowStart()),
                TIME.format(sums.getWindowEnd()),
                sums.getPackets(),
                sums.getBytes(),
                sums.getPackets() / seconds,
                sums.getBytes() * 8 / seconds,
                percent(sums));
    }

    static boolean isComplete(LoopbackByHost sums) {
        return sums.getMissing() == 0;
    }

    private static String cut(String host) {
        return host.length() <= HOST_COLUMNS ? host : host.substring(0, HOST_COLUMNS - 1) + "…";
    }

    /** Rounded down, so that 100 means that nothing at all is missing. */
    private static String percent(LoopbackByHost sums) {
        long all = sums.getEvents() + sums.getMissing();
        double percent = all == 0 ? 100 : Math.floor(sums.getEvents() * 10_000.0 / all) / 100;
        return String.format(Locale.ROOT, "%.2f", percent);
    }
}
