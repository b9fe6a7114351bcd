package io.skbstream.producer.doctor;

import io.skbstream.producer.AgentException;
import io.skbstream.producer.Obstacle;
import io.skbstream.producer.capture.Attachment;
import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.capture.HookRefusal;
import io.skbstream.producer.capture.KeptCounters;
import io.skbstream.producer.capture.NetifReceiveProbe;
import io.skbstream.producer.capture.ProbeSettings;
import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.kernel.KernelBtf;
import io.skbstream.producer.kernel.Lockdown;
import io.skbstream.producer.kernel.MemoryLock;
import io.skbstream.producer.libbpf.InstalledLibBpf;
import io.skbstream.producer.libbpf.MemoryLockLimit;
import io.skbstream.producer.publish.KafkaSettings;
import io.skbstream.schemas.registry.RegistryAwayException;
import io.skbstream.schemas.registry.RegistryException;
import io.skbstream.schemas.registry.RegistryRefusalException;
import io.skbstream.schemas.registry.RegistrySettings;
import io.skbstream.schemas.registry.SchemaRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at everything that the agent needs, then tries it. */
public final class Doctor {

    private static final int RING_BYTES = 1024 * 1024;

    private final Kernel kernel = Kernel.running();
    private final List<Hook> hooks;
    private final ProbeSettings settings;
    private final Optional<KafkaSettings> kafka;

    /**
     * @param hooks what to try, best first
     * @param btf a file with the kernel's types, for a kernel that does not describe them itself
     * @param kafka the cluster that the agent would use; empty: Kafka is not looked at
     */
    public Doctor(List<Hook> hooks, Optional<Path> btf, Optional<KafkaSettings> kafka) {
        this.hooks = hooks;
        this.kafka = kafka;
        this.settings = ProbeSettings.everything(RING_BYTES).withBtf(btf);
    }

    /** Every finding, in the order in which things would fail. Takes about a second as root, and more if Kafka does not answer. */
    public List<Finding> examine() throws InterruptedException {
        List<Finding> findings = new ArrayList<>(
                List.of(release(), btf(), kprobes(), lockdown(), capabilities(), memoryLock(), libbpf()));
        if (findings.stream().noneMatch(finding -> finding.status() == Finding.Status.BAD)) {
            findings.addAll(hooks());
        }
        kafka.flatMap(KafkaSettings::registry).ifPresent(registry -> findings.add(registry(registry)));
        return findings;
    }

    private static Finding registry(RegistrySettings settings) {
        try {
            String level = new SchemaRegistry(settings).defaultCompatibility();
            return Finding.ok("registry", settings + " answers; subjects without a level of their own have " + level);
        } catch (RegistryAwayException | RegistryRefusalException failed) {
            RegistryException why = failed;
            return Finding.note(
                    "registry",
                    why.getMessage(),
                    "until it gives the schemas an id, the agent keeps events in its spool");
        }
    }

    private Finding release() {
        return kernel.ageObstacle()
                .map(obstacle -> Finding.bad("kernel", obstacle))
                .orElse(Finding.ok("kernel", kernel.release() + " on " + System.getProperty("os.arch")));
    }

    private Finding btf() {
        Optional<String> file = settings.btf().map(Path::toString);
        if (kernel.btf().isThere()) {
            String use = file.map(path -> "; offsets of fields are taken from " + path)
                    .orElse("");
            return Finding.ok("BTF", "the kernel describes its own types (" + KernelBtf.FILE + ")" + use);
        }
        return file.map(path -> Finding.note(
                        "BTF", path + " stands in for the kernel's own, which is missing", "only kprobe works with it"))
                .or(() -> kernel.btf().obstacle().map(none -> Finding.bad("BTF", none)))
                .orElseThrow();
    }

    private Finding kprobes() {
        return kernel.kprobes()
                .obstacle()
                .map(obstacle -> obstacle.remedy().isEmpty() && hooks.equals(Hook.AUTO)
                        ? Finding.note(
                                "kprobes",
                                obstacle.reason(),
                                "nothing: --hook auto takes the next best hook, and every record names it")
                        : Finding.note("kprobes", obstacle))
                .orElse(Finding.ok("kprobes", "the kernel has them"));
    }

    private Finding lockdown() {
        return kernel.lockdown()
                .obstacle()
                .map(obstacle -> Finding.bad("lockdown", obstacle))
                .orElse(Finding.ok(
                        "lockdown", kernel.lockdown().modes().orElse("not in use (no " + Lockdown.FILE + ")")));
    }

    private Finding capabilities() {
        return kernel.capabilities()
                .obstacle()
                .map(obstacle -> Finding.bad("capabilities", obstacle))
                .orElse(Finding.ok("capabilities", "CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN, are there"));
    }

    private Finding memoryLock() {
        MemoryLock memoryLock = kernel.memoryLock();
        if (!memoryLock.isCharged()) {
            return Finding.ok("memory lock", "does not matter: since Linux 5.11 BPF memory counts to the cgroup");
        }
        MemoryLockLimit.raise(); // as the agent does
        return memoryLock
                .obstacle(ProbeSettings.DEFAULT_RING_MIB << 20)
                .map(obstacle -> Finding.bad("memory lock", obstacle))
                .orElse(Finding.ok(
                        "memory lock",
                        "RLIMIT_MEMLOCK, once the agent has raised it, is " + memoryLock.limit()
                                + ": enough for the default ring"));
    }

    private static Finding libbpf() {
        try {
            InstalledLibBpf installed = InstalledLibBpf.find();
            return Finding.ok(
                    "libbpf", installed.file() + " has all " + installed.symbols() + " functions that are needed");
        } catch (AgentException unusable) {
            return Finding.bad("libbpf", unusable.obstacle());
        }
    }

    private List<Finding> hooks() throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        try {
            Attachment attachment = Attachment.atFirstOf(hooks, settings);
            try (NetifReceiveProbe probe = attachment.probe()) {
                for (HookRefusal refusal : attachment.refused()) {
                    findings.add(Finding.note(
                            "hook",
                            "not " + refusal.hook().option() + ": "
                                    + refusal.obstacle().reason(),
                            refusal.obstacle().remedy()));
                }
                Hook hook = probe.hook();
                findings.add(Finding.ok("hook", "would use " + hook.option() + ": " + hook.place()));
                attachment.doubt().ifPresent(doubt -> findings.add(Finding.note("hook", doubt)));
                findings.add(afterKill(probe));
                findings.add(selfTest(hook));
                findings.add(Finding.ok("coverage", hook.option() + " " + hook.coverage()));
                if (kafka.isPresent()) {
                    findings.add(new OwnTraffic(kafka.get(), hook, settings).examine());
                }
            }
        } catch (AgentException refused) {
            findings.add(Finding.bad("hook", refused.obstacle()));
        }
        return findings;
    }

    private static Finding afterKill(NetifReceiveProbe probe) {
        KeptCounters kept = KeptCounters.of(Path.of("/"), System.currentTimeMillis());
        Optional<Obstacle> obstacle = probe.keepCounters(kept);
        if (obstacle.isPresent()) {
            return Finding.note("SIGKILL", obstacle.get());
        }
        kept.forget();
        return Finding.ok("SIGKILL", "the kernel would keep a killed agent's counters for its next start");
    }

    private Finding selfTest(Hook hook) {
        try (SelfTest test = SelfTest.attach(hook, settings)) {
            return test.run();
        } catch (AgentException refused) { // the agent does without CAP_SYS_ADMIN, a network namespace does not
            return Finding.note(
                    "self-test",
                    "not done: " + refused.getMessage(),
                    "sudo ./skbstream doctor has the hook proven by packets");
        }
    }
}
