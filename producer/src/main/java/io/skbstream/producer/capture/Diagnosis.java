package io.skbstream.producer.capture;

import io.skbstream.clients.SystemFailure;
import io.skbstream.producer.Obstacle;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.kernel.Lockdown;
import io.skbstream.producer.libbpf.BpfException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Why a hook cannot be used and what to do about it: by what the kernel shows of itself, errno and libbpf's warnings. */
final class Diagnosis {

    private static final String SEE_SWITCHES =
            "mount debugfs and see whether /sys/kernel/debug/kprobes/enabled and /proc/sys/kernel/ftrace_enabled are both 1";

    private static final String SEE_QDISC = "see whether something drops what lo sends (tc qdisc show dev lo)";

    private static final int EPERM = 1;
    private static final int ENOMEM = 12;
    private static final int EACCES = 13;
    private static final int EMFILE = 24;

    /** Programs, maps, BTF and what libbpf tries before take some ten at once. */
    private static final int ENOUGH_FILES = 16;

    /** Of the kernel alone, so no C library has a word for it (include/linux/errno.h). */
    private static final int ENOTSUPP = 524;

    /** libbpf's words for BTF, the kernel's or that of {@code --btf}, which it cannot read. */
    private static final Pattern BTF_NOT_READ =
            Pattern.compile("Unsupported BTF_KIND|valid kernel BTF|loading vmlinux BTF|(get|parse) target BTF");

    private final Kernel kernel;
    private final ProbeSettings settings;
    private final String libbpf;

    /** @param libbpf the file of the libbpf in use */
    Diagnosis(Kernel kernel, ProbeSettings settings, String libbpf) {
        this.kernel = kernel;
        this.settings = settings;
        this.libbpf = libbpf;
    }

    /** What is known without the cost of loading; loading might even succeed, and the hook then stay silent. */
    Optional<HookRefusal> beforehand(Hook hook) {
        Optional<Obstacle> shared = first(
                () -> kernel.ageObstacle(),
                () -> kernel.lockdown().obstacle(),
                () -> settings.btf().isPresent()
                        ? Optional.empty()
                        : kernel.btf().obstacle());
        return shared.map(obstacle -> HookRefusal.asEveryHook(hook, obstacle)).or(() -> first(
                        () -> ownBtfMissing(hook),
                        () -> hook == Hook.KPROBE ? kernel.kprobes().obstacle() : Optional.empty())
                .map(obstacle -> HookRefusal.ofHookAlone(hook, obstacle)));
    }

    /** Of a hook that was attached without an error and did not fire. */
    HookRefusal ofSilence(Hook hook) {
        String silent = "attached, but " + HitProof.DATAGRAMS + " datagrams over lo made no hit";
        Obstacle obstacle = first(
                        () -> hook == Hook.KPROBE ? kernel.kprobes().obstacle() : Optional.empty(),
                        () -> hook.isAtFunction() ? kernel.kprobes().ftraceObstacle() : Optional.empty())
                .map(cause -> new Obstacle(silent + ": " + cause.reason(), cause.remedy()))
                .orElseGet(() -> new Obstacle(silent, hook.isAtFunction() ? SEE_SWITCHES : SEE_QDISC));
        return HookRefusal.ofHookAlone(hook, obstacle);
    }

    /** Of a hook that could not be loaded or attached. */
    HookRefusal of(Hook hook, BpfException failed) {
        Optional<Obstacle> shared = first(
                () -> processLimit(failed), // before what the kernel is asked, since that takes files and memory, too
                () -> kernel.memoryLock().obstacle(settings.ringBytes()),
                () -> readKernelForbidden(failed),
                () -> btfOptionUnknown(failed),
                () -> btfNotRead(failed),
                () -> memoryMissing(failed));
        return shared.map(obstacle -> HookRefusal.asEveryHook(hook, obstacle))
                .orElseGet(() -> HookRefusal.ofHookAlone(hook, ofHookAlone(hook, failed)));
    }

    private Obstacle ofHookAlone(Hook hook, BpfException failed) {
        return first(
                        () -> perfEventOpenRefused(failed),
                        () -> hook == Hook.KPROBE
                                ? kernel.kprobes().blacklistObstacle(Hook.FUNCTION)
                                : Optional.empty(),
                        () -> hook.isAtFunction() ? kernel.kprobes().absenceObstacle(Hook.FUNCTION) : Optional.empty(),
                        () -> trampolineMissing(hook, failed),
                        () -> refusedWithCapabilities(hook, failed),
                        () -> hook.isAtFunction() ? kernel.kprobes().ftraceObstacle() : Optional.empty())
                .orElseGet(() -> unexplained(failed));
    }

    private Optional<Obstacle> ownBtfMissing(Hook hook) {
        return hook == Hook.KPROBE || kernel.btf().isThere()
                ? Optional.empty()
                : Optional.of(new Obstacle("needs the kernel's own BTF, for which --btf cannot stand in", ""));
    }

    /** Lockdown where securityfs is not mounted: the verifier does not know the function that reads kernel memory. */
    private static Optional<Obstacle> readKernelForbidden(BpfException failed) {
        return failed.libbpfLog().contains("bpf_probe_read_kernel#")
                ? Optional.of(new Obstacle(
                        "the kernel lets no program read its memory, as with lockdown=confidentiality",
                        Lockdown.REMEDY))
                : Optional.empty();
    }

    private Optional<Obstacle> btfOptionUnknown(BpfException failed) {
        return settings.btf().isPresent() && failed.libbpfLog().contains("bpf_object_open_opts")
                ? Optional.of(new Obstacle(libbpf + " is too old for --btf", "install libbpf 0.5 or later"))
                : Optional.empty();
    }

    private Optional<Obstacle> btfNotRead(BpfException failed) {
        if (!BTF_NOT_READ.matcher(failed.libbpfLog()).find()) {
            return Optional.empty();
        }
        String what = settings.btf().map(file -> "the BTF in " + file).orElse("the BTF of Linux " + kernel.release());
        String warning = failed.libbpfLog()
                .lines()
                .filter(line -> BTF_NOT_READ.matcher(line).find())
                .findFirst()
                .orElseThrow();
        return Optional.of(new Obstacle(
                libbpf + " cannot read " + what + " (" + warning.strip() + ")",
                "install a newer libbpf, 1.0 or later for Linux 6.0 and later"
                        + (settings.btf().isPresent()
                                ? ", or give --btf an undamaged file; pahole --btf_encode_detached makes one"
                                        + " of a vmlinux with debug information"
                                : "")));
    }

    private Optional<Obstacle> perfEventOpenRefused(BpfException failed) {
        boolean refused = failed.errno() == EPERM || failed.errno() == EACCES;
        return refused && failed.libbpfLog().contains("perf event")
                ? Optional.of(kernel.perfEvents().refused())
                : Optional.empty();
    }

    private static Optional<Obstacle> trampolineMissing(Hook hook, BpfException failed) {
        return hook == Hook.FENTRY && failed.errno() == ENOTSUPP
                ? Optional.of(new Obstacle(
                        "this kernel attaches no BPF trampoline to functions, as arm64 before Linux 6.4", ""))
                : Optional.empty();
    }

    private Optional<Obstacle> refusedWithCapabilities(Hook hook, BpfException failed) {
        if (failed.errno() != EPERM || !kernel.capabilities().missing().isEmpty()) {
            return Optional.empty();
        }
        String refusal =
                "this kernel refuses " + hook.option() + " programs (EPERM, although the capabilities are there";
        return Optional.of(
                kernel.capabilities().areFilteredBySeccomp()
                        ? new Obstacle(
                                refusal + "; a seccomp filter is on, as in a container, and may be what refuses)",
                                "run it under a seccomp profile that allows bpf and perf_event_open")
                        : new Obstacle(refusal + ")", ""));
    }

    /** A limit of this process alone, which has nothing to do with the kernel's settings. */
    private Optional<Obstacle> processLimit(BpfException failed) {
        OptionalLong free = kernel.freeFiles();
        // libbpf takes a feature for missing if EMFILE keeps it from trying it, and then fails with another errno.
        boolean isShort = free.isPresent() && free.getAsLong() < ENOUGH_FILES;
        if (failed.errno() == EMFILE || isShort && failed.errno() != EPERM) { // which only the kernel says
            return Optional.of(new Obstacle(
                    failed.getMessage() + ": RLIMIT_NOFILE of this process"
                            + limit("Max open files")
                                    .map(files -> " is " + files)
                                    .orElse("")
                            + (isShort ? ", of which " + free.getAsLong() + " are free" : ""),
                    SystemFailure.TOO_MANY_FILES.remedy()));
        }
        Optional<String> addressSpace = failed.errno() == ENOMEM ? limit("Max address space") : Optional.empty();
        return addressSpace.map(
                bytes -> new Obstacle(
                        failed.getMessage() + ": RLIMIT_AS of this process is " + bytes + " bytes",
                        "raise it (ulimit -v unlimited, or LimitAS=infinity in the systemd unit), or take a smaller --ring-size"));
    }

    private Optional<String> limit(String name) {
        return kernel.processLimit(name).stream()
                .mapToObj(limit -> String.format(Locale.ROOT, "%,d", limit))
                .findFirst();
    }

    private static Optional<Obstacle> memoryMissing(BpfException failed) {
        return failed.errno() == ENOMEM
                ? Optional.of(new Obstacle(
                        withWarning(failed), "take a smaller --ring-size, or give the agent's cgroup more memory"))
                : Optional.empty();
    }

    private static Obstacle unexplained(BpfException failed) {
        return new Obstacle(withWarning(failed), "if ./skbstream doctor finds no cause, report its output");
    }

    private static String withWarning(BpfException failed) {
        return failed.getMessage()
                + failed.lastWarning().map(last -> " (libbpf: " + last + ")").orElse("");
    }

    @SafeVarargs
    private static Optional<Obstacle> first(Supplier<Optional<Obstacle>>... causes) {
        for (Supplier<Optional<Obstacle>> cause : causes) {
            Optional<Obstacle> found = cause.get();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }
}
