package io.skbstream.producer.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long threads of this process were ready to run and had no CPU, by the kernel's scheduler
 * (/proc/PID/task/TID/schedstat, Documentation/scheduler/sched-stats.rst). It tells a thread that was slow from a machine
 * that was busy.
 */
public final class RunDelay {

    private RunDelay() {}

    /** The kernel's number of the calling thread; 0 where /proc does not tell. */
    public static long currentThreadId() {
        try {
            return Long.parseLong(Files.readSymbolicLink(Path.of("/proc/thread-self"))
                    .getFileName()
                    .toString());
        } catch (IOException | NumberFormatException unknown) {
            return 0;
        }
    }

    /** Since the thread began, in nanoseconds; 0 where the kernel does not tell. */
    public static long ofThreadNs(long threadId) {
        try {
            String[] fields = Files.readString(Path.of("/proc/self/task/" + threadId + "/schedstat"))
                    .split(" ");
            return Long.parseLong(fields[1]);
        } catch (IOException | RuntimeException unknown) {
            return 0;
        }
    }
}
