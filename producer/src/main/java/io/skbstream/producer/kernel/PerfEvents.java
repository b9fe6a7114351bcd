package io.skbstream.producer.kernel;

import io.skbstream.producer.Obstacle;

/** What decides on perf_event_open, by which a kprobe is attached. */
public final class PerfEvents {

    private final Kernel kernel;

    PerfEvents(Kernel kernel) {
        this.kernel = kernel;
    }

    /** The causes that a refused perf_event_open can have here. */
    public Obstacle refused() {
        String paranoid = kernel.text("/proc/sys/kernel/perf_event_paranoid").orElse("unknown");
        String seccomp =
                kernel.capabilities().areFilteredBySeccomp() ? ", and a seccomp filter is on, as in a container" : "";
        return new Obstacle(
                "perf_event_open was refused, by which a kprobe is attached: kernel.perf_event_paranoid is " + paranoid
                        + seccomp,
                "sysctl kernel.perf_event_paranoid=2; in a container, a seccomp profile that allows perf_event_open");
    }
}
