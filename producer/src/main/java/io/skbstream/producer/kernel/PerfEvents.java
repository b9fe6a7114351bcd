package io.skbstream.producer.kernel;

import io.skbstream.producer.Obstacle;
import java.util.Optional;

/** What decides on perf_event_open, by which a kprobe is attached. */
public final class PerfEvents {

    private static final String PARANOID = "kernel.perf_event_paranoid";

    private static final int HIGHEST_FOR_PERFMON = 2;

    private final Kernel kernel;

    PerfEvents(Kernel kernel) {
        this.kernel = kernel;
    }

    /** The causes that a refused perf_event_open can have here. */
    public Obstacle refused() {
        String refused = "perf_event_open was refused, by which a kprobe is attached: ";
        if (kernel.capabilities().areFilteredBySeccomp()) {
            return new Obstacle(
                    refused + "a seccomp filter is on, as in a container",
                    "run it under a seccomp profile that allows bpf and perf_event_open");
        }
        Optional<Integer> paranoid =
                kernel.text("/proc/sys/kernel/perf_event_paranoid").map(Integer::valueOf);
        String setting = PARANOID + " is " + paranoid.map(String::valueOf).orElse("unknown");
        return paranoid.filter(level -> level > HIGHEST_FOR_PERFMON).isPresent()
                ? new Obstacle(
                        refused + setting + ", and above 2 Debian's and Ubuntu's kernels ask for CAP_SYS_ADMIN",
                        "sysctl " + PARANOID + "=2, or run it as root")
                : new Obstacle(
                        refused + setting + ", so perhaps a security module (SELinux, AppArmor) refuses",
                        "see whether the kernel's log or the audit log has a denial (dmesg, ausearch -m avc)");
    }
}
