package io.skbstream.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** CPU time, user and system, of all threads of a process, from /proc/PID/stat; see proc(5). */
final class CpuTime {
    /** The kernel counts in USER_HZ there, which is 100 for every architecture that has BPF. */
    private static final long NS_PER_TICK = Duration.ofMillis(10).toNanos();

    /** Numbers of the fields as proc(5) counts them. */
    private static final int UTIME = 14;

    private static final int STIME = 15;
    private static final int CUTIME = 16;
    private static final int CSTIME = 17;

    private CpuTime() {}

    /** Of a running process, since its start. */
    static long ofProcessNs(long pid) throws IOException {
        return sumNs(Long.toString(pid), UTIME, STIME);
    }

    /** Of all our children that have ended. */
    static long ofEndedChildrenNs() throws IOException {
        return sumNs("self", CUTIME, CSTIME);
    }

    private static long sumNs(String process, int one, int other) throws IOException {
        return NS_PER_TICK * sumTicks(Files.readString(Path.of("/proc", process, "stat")), one, other);
    }

    /** The second field, the name in parentheses, may itself hold blanks and parentheses. */
    static long sumTicks(String stat, int one, int other) {
        String[] fromThird = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fromThird[one - 3]) + Long.parseLong(fromThird[other - 3]);
    }
}
