package io.skbstream.benchmarks;

import java.util.Locale;

/**
 * How fast a process went through some records.
 *
 * @param records that it read
 * @param seconds that took
 * @param cpuNs CPU time of all its threads meanwhile
 */
record Pace(long records, double seconds, long cpuNs) {

    /** Takes what {@link #line} gave. */
    static Pace parse(String line) {
        String[] fields = line.strip().split(" ");
        return new Pace(Long.parseLong(fields[0]), Double.parseDouble(fields[1]), Long.parseLong(fields[2]));
    }

    String line() {
        return String.format(Locale.ROOT, "%d %.6f %d", records, seconds, cpuNs);
    }

    double perSecond() {
        return records / seconds;
    }

    double cpuNsPerRecord() {
        return (double) cpuNs / records;
    }
}
