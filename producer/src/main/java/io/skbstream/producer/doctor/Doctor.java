package io.skbstream.producer.doctor;

import io.skbstream.producer.AgentException;
import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.capture.HookRefusal;
import io.skbstream.producer.capture.Kernel;
import io.skbstream.producer.capture.NetifReceiveProbe;
import io.skbstream.producer.capture.ProbeSettings;
import io.skbstream.producer.libbpf.InstalledLibBpf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks at everything that the agent needs, then tries it. */
public final class Doctor {

    private static final Path LOCKDOWN = Path.of("/sys/kernel/security/lockdown");
    private static final int RING_BYTES = 1024 * 1024;

    private Doctor() {}

    /** Every finding, in the order in which things would fail. Takes about a second as root. */
    public static List<Finding> examine() {
        List<Finding> findings = new ArrayList<>(
                List.of(kernel(), btf(), kprobes(), lockdown(), capabilities(), memoryLock(), libbpf()));
        if (findings.stream().noneMatch(finding -> finding.status() == Finding.Status.BAD)) {
            findings.addAll(hooks());
        }
        return findings;
    }

    private static Finding kernel() {
        String text = Kernel.release() + " on " + System.getProperty("os.arch");
        return Kernel.isAtLeast(5, 8)
                ? Finding.ok("kernel", text)
                : Finding.bad("kernel", text + ": too old, it has no BPF ring buffer", "run Linux 5.8 or later");
    }

    private static Finding btf() {
        return Kernel.hasBtf()
                ? Finding.ok("BTF", "the kernel describes its own types (/sys/kernel/btf/vmlinux)")
                : Finding.bad(
                        "BTF",
                        "no readable /sys/kernel/btf/vmlinux: the program cannot find the fields that it reads",
                        "mount /sys; if the file is still missing, run a kernel with CONFIG_DEBUG_INFO_BTF=y,"
                                + " as every distribution's current kernel is");
    }

    private static Finding kprobes() {
        return Kernel.hasKprobes()
                ? Finding.ok("kprobes", "the kernel has them")
                : Finding.note(
                        "kprobes",
                        "this kernel has none (CONFIG_KPROBES or CONFIG_KPROBE_EVENTS is not set)",
                        "nothing: --hook auto takes the next best hook, and every record names it");
    }

    private static Finding lockdown() {
        try {
            String modes = Files.readString(LOCKDOWN).strip(); // none [integrity] confidentiality
            return modes.contains("[confidentiality]")
                    ? Finding.bad(
                            "lockdown",
                            "confidentiality: the kernel lets no program read its memory",
                            "boot with lockdown=integrity or without lockdown")
                    : Finding.ok("lockdown", modes);
        } catch (IOException absent) {
            return Finding.ok("lockdown", "not in use (no " + LOCKDOWN + ")");
        }
    }

    private static Finding capabilities() {
        List<String> missing = Kernel.missingCapabilities();
        return missing.isEmpty()
                ? Finding.ok("capabilities", "CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN, are there")
                : Finding.bad(
                        "capabilities",
                        String.join(" and ", missing) + " missing: the kernel would refuse the program",
                        "sudo ./skbstream doctor");
    }

    private static Finding memoryLock() {
        if (Kernel.isAtLeast(5, 11)) {
            return Finding.ok("memory lock", "does not matter: since Linux 5.11 BPF memory counts to the cgroup");
        }
        return Finding.note(
                "memory lock",
                "this kernel charges BPF memory to RLIMIT_MEMLOCK",
                "if loading fails with EPERM: ulimit -l unlimited, or LimitMEMLOCK=infinity in the unit");
    }

    private static Finding libbpf() {
        try {
            InstalledLibBpf installed = InstalledLibBpf.find();
            return Finding.ok(
                    "libbpf", installed.file() + " has all " + installed.symbols() + " functions that are needed");
        } catch (AgentException unusable) {
            return Finding.bad("libbpf", unusable.getMessage(), "");
        }
    }

    private static List<Finding> hooks() {
        List<Finding> findings = new ArrayList<>();
        try (NetifReceiveProbe probe = NetifReceiveProbe.attach(Hook.AUTO, ProbeSettings.everything(RING_BYTES))) {
            for (HookRefusal refusal : probe.refusals()) {
                findings.add(Finding.note("hook", "not " + refusal, ""));
            }
            Hook hook = probe.hook();
            findings.add(Finding.ok("hook", "would use " + hook.option() + ": " + hook.place()));
            findings.add(selfTest(hook));
            findings.add(Finding.ok("coverage", hook.option() + " " + hook.coverage()));
        } catch (AgentException refused) {
            findings.add(Finding.bad("hook", refused.getMessage(), ""));
        }
        return findings;
    }

    private static Finding selfTest(Hook hook) {
        try (SelfTest test = SelfTest.attach(hook, RING_BYTES)) {
            return test.run();
        } catch (AgentException refused) { // the agent does without CAP_SYS_ADMIN, a network namespace does not
            return Finding.note(
                    "self-test",
                    "not done: " + refused.getMessage(),
                    "sudo ./skbstream doctor has the hook proven by packets");
        }
    }
}
