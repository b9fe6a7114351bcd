package io.skbstream.producer.kernel;

import io.skbstream.producer.AgentException;
import io.skbstream.producer.Obstacle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What this process may do with BPF: its effective capabilities (capabilities(7)) and its seccomp filter. */
public final class Capabilities {

    private static final String STATUS = "/proc/self/status";
    private static final String UNPRIVILEGED_BPF_DISABLED = "/proc/sys/kernel/unprivileged_bpf_disabled";
    private static final String UID_MAP = "/proc/self/uid_map";
    /** Of the initial user namespace: every uid is itself (user_namespaces(7)). */
    private static final String EVERY_UID = "0 0 4294967295";

    private static final String SECCOMP_FILTER = "2";
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_PERFMON = 38;
    private static final int CAP_BPF = 39;

    private final Kernel kernel;

    Capabilities(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Those that loading and attaching need and this process lacks; empty if it may, or if /proc does not say. */
    public List<String> missing() {
        Optional<Long> effective = status("CapEff").map(bits -> Long.parseUnsignedLong(bits, 16));
        List<String> missing = new ArrayList<>();
        if (effective.isPresent() && !has(effective.get(), CAP_SYS_ADMIN)) {
            if (!has(effective.get(), CAP_BPF)) {
                missing.add("CAP_BPF");
            }
            if (!has(effective.get(), CAP_PERFMON)) {
                missing.add("CAP_PERFMON");
            }
        }
        return missing;
    }

    /** That they count in a user namespace only, or what is missing and both ways to have it; empty if nothing is. */
    public Optional<Obstacle> obstacle() {
        if (areOfUserNamespace()) {
            return Optional.of(
                    new Obstacle(
                            "this process is in a user namespace (" + UID_MAP
                                    + "), so that its capabilities count only there"
                                    + " and the kernel takes no tracing program from it",
                            "run it on the host, outside of the user namespace (unshare -U, rootless or unprivileged container)"));
        }
        List<String> missing = missing();
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        String setting = kernel.text(UNPRIVILEGED_BPF_DISABLED)
                .map(value -> " (kernel.unprivileged_bpf_disabled, here " + value + ", makes no difference)")
                .orElse("");
        return Optional.of(new Obstacle(
                String.join(" and ", missing) + " missing, without which the kernel takes no tracing program" + setting,
                "run it as root (sudo), or give its systemd unit AmbientCapabilities=CAP_BPF CAP_PERFMON"));
    }

    /** @throws AgentException if this process may not load and attach BPF programs */
    public void require() {
        obstacle().ifPresent(obstacle -> {
            throw new AgentException(obstacle);
        });
    }

    /** Whether a seccomp filter, as containers have, decides which system calls this process may make. */
    public boolean areFilteredBySeccomp() {
        return status("Seccomp").filter(SECCOMP_FILTER::equals).isPresent();
    }

    private boolean areOfUserNamespace() {
        return kernel.text(UID_MAP)
                .map(map -> map.replaceAll("\\s+", " "))
                .filter(map -> !map.equals(EVERY_UID))
                .isPresent();
    }

    private Optional<String> status(String key) {
        return kernel.text(STATUS).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst();
    }

    private static boolean has(long effective, int capability) {
        return (effective >>> capability & 1) == 1;
    }
}
