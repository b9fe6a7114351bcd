package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.Obstacle;
import io.skbstream.producer.kernel.KernelFolder;
import io.skbstream.producer.libbpf.BpfException;
import io.skbstream.producer.libbpf.SystemWords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way in which a kernel refuses, as a folder of its files, an errno and libbpf's words. */
class DiagnosisTest {

    private static final int EPERM = 1;
    private static final int ENOENT = 2;
    private static final int ESRCH = 3;
    private static final int ENOMEM = 12;
    private static final int EACCES = 13;
    private static final int EINVAL = 22;
    private static final int EMFILE = 24;
    private static final int ENOTSUPP = 524;

    private static final String LIBBPF = "/usr/lib/libbpf.so.0.3.0";
    private static final ProbeSettings OWN_BTF = ProbeSettings.everything(1 << 20);
    private static final ProbeSettings BTF_FILE = OWN_BTF.withBtf(Optional.of(Path.of("/tmp/vmlinux.btf")));
    private static final BpfException REFUSED = failed(EPERM, "");

    @TempDir
    private Path root;

    private KernelFolder kernel;

    @BeforeEach
    void aKernelThatOffersEverything() {
        kernel = new KernelFolder(root)
                .withRelease("6.1.0-18-amd64")
                .with("/sys/kernel/btf/vmlinux", "")
                .with("/sys/bus/event_source/devices/kprobe/type", "6\n")
                .with("/sys/kernel/debug/kprobes/enabled", "1\n")
                .with("/proc/sys/kernel/ftrace_enabled", "1\n")
                .with("/proc/sys/kernel/perf_event_paranoid", "3\n")
                .with("/proc/self/status", "CapEff:\t000001ffffffffff\nSeccomp:\t0\n")
                .with("/proc/kallsyms", "0000000000000000 t __netif_receive_skb\n");
    }

    @ParameterizedTest
    @EnumSource
    void suchAKernelIsKnownForNoObstacle(Hook hook) {
        assertThat(diagnosis(OWN_BTF).beforehand(hook)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void lockdownIsInTheWayOfEveryHook(Hook hook) {
        kernel.with("/sys/kernel/security/lockdown", "none integrity [confidentiality]\n");

        assertThat(diagnosis(OWN_BTF).beforehand(hook).orElseThrow().obstacle().toString())
                .contains("lockdown=confidentiality", "boot with lockdown=integrity");
    }

    @Test
    void lockdownWithoutSecurityfsIsToldByTheVerifier() {
        var failed = failed(EINVAL, "libbpf: -- BEGIN PROG LOAD LOG --\nunknown func bpf_probe_read_kernel#113\n");

        assertThat(diagnosis(OWN_BTF).of(Hook.KPROBE, failed).obstacle().toString())
                .contains("lets no program read its memory", "boot with lockdown=integrity");
    }

    @Test
    void kprobesThatAreSwitchedOffAreInTheWayOfTheKprobeAlone() {
        kernel.with("/sys/kernel/debug/kprobes/enabled", "0\n");

        assertThat(diagnosis(OWN_BTF)
                        .beforehand(Hook.KPROBE)
                        .orElseThrow()
                        .obstacle()
                        .reason())
                .contains("kprobes are switched off");
        assertThat(diagnosis(OWN_BTF).beforehand(Hook.FENTRY)).isEmpty();
        assertThat(diagnosis(OWN_BTF).beforehand(Hook.TRACEPOINT)).isEmpty();
    }

    @Test
    void aSilentHookIsExplainedByTheSwitchThatIsOff() {
        assertThat(diagnosis(OWN_BTF).ofSilence(Hook.KPROBE).obstacle().toString())
                .startsWith("attached, but 20 datagrams over lo made no hit; mount debugfs");
        kernel.with("/proc/sys/kernel/ftrace_enabled", "0\n");
        assertThat(diagnosis(OWN_BTF).ofSilence(Hook.FENTRY).obstacle().reason())
                .endsWith("made no hit: ftrace is switched off" + " (/proc/sys/kernel/ftrace_enabled is 0)");
        kernel.with("/sys/kernel/debug/kprobes/enabled", "0\n");
        assertThat(diagnosis(OWN_BTF).ofSilence(Hook.KPROBE).obstacle().toString())
                .contains("made no hit: kprobes are switched off", "; echo 1 > /sys/kernel/debug/kprobes/enabled");
        assertThat(diagnosis(OWN_BTF).ofSilence(Hook.TRACEPOINT))
                .extracting(HookRefusal::obstacle)
                .isEqualTo(new Obstacle(
                        "attached, but 20 datagrams over lo made no hit",
                        "see whether something drops what lo sends (tc qdisc show dev lo)"));
    }

    @Test
    void aLimitOfTheProcessIsNotTakenForASettingOfTheKernel() {
        kernel.with(
                "/proc/self/limits",
                "Max address space         4096000000           unlimited            bytes\n"
                        + "Max open files            16                   16                   files\n");

        assertThat(diagnosis(OWN_BTF)
                        .of(Hook.TRACEPOINT, failed(EMFILE, ""))
                        .obstacle()
                        .toString())
                .contains(
                        "RLIMIT_NOFILE of this process is 16; raise this process's limit (ulimit -n 1024, or LimitNOFILE=1024 of a systemd"
                                + " unit)");
        assertThat(diagnosis(OWN_BTF)
                        .of(Hook.TRACEPOINT, failed(ENOMEM, ""))
                        .obstacle()
                        .toString())
                .contains("RLIMIT_AS of this process is 4,096,000,000 bytes; raise it (ulimit -v unlimited")
                .doesNotContain("cgroup");
    }

    @ParameterizedTest
    @EnumSource
    void withoutBtfThereIsNoHookButAFileWithIt(Hook hook) throws Exception {
        withoutBtf();

        assertThat(diagnosis(OWN_BTF).beforehand(hook).orElseThrow().obstacle().toString())
                .contains("no readable /sys/kernel/btf/vmlinux", "CONFIG_DEBUG_INFO_BTF=y", "--btf", "BTFHub");
    }

    @Test
    void aFileWithBtfIsEnoughForTheKprobeAlone() throws Exception {
        assertThat(diagnosis(BTF_FILE).beforehand(Hook.TRACEPOINT)).isEmpty();
        withoutBtf();

        assertThat(diagnosis(BTF_FILE).beforehand(Hook.KPROBE)).isEmpty();
        assertThat(diagnosis(BTF_FILE)
                        .beforehand(Hook.FENTRY)
                        .orElseThrow()
                        .obstacle()
                        .reason())
                .isEqualTo("needs the kernel's own BTF, for which --btf cannot stand in");
        assertThat(diagnosis(BTF_FILE).beforehand(Hook.TRACEPOINT)).isPresent();
    }

    @Test
    void anOldLibbpfDoesNotKnowTheOptionForAFile() {
        var failed = failed(EINVAL, "libbpf: bpf_object_open_opts has non-zero extra bytes\n");

        assertThat(diagnosis(BTF_FILE).of(Hook.KPROBE, failed))
                .extracting(HookRefusal::obstacle)
                .isEqualTo(new Obstacle(LIBBPF + " is too old for --btf", "install libbpf 0.5 or later"));
    }

    @Test
    void aLibbpfThatIsTooOldForTheKernelsBtfIsNamed() {
        var failed =
                failed(ESRCH, "libbpf: failed to find valid kernel BTF\nlibbpf: failed to load object 'skbstream'\n");

        assertThat(diagnosis(OWN_BTF).of(Hook.KPROBE, failed))
                .extracting(HookRefusal::obstacle)
                .isEqualTo(new Obstacle(
                        LIBBPF + " cannot read the BTF of Linux 6.1.0-18-amd64"
                                + " (libbpf: failed to find valid kernel BTF)",
                        "install a newer libbpf, 1.0 or later for Linux 6.0 and later"));
    }

    @Test
    void aFileThatLibbpfCannotReadIsNamed() {
        var failed = failed(EINVAL, "libbpf: failed to parse target BTF: -22\n");

        assertThat(diagnosis(BTF_FILE).of(Hook.KPROBE, failed).obstacle().toString())
                .contains("cannot read the BTF in /tmp/vmlinux.btf", "give --btf an undamaged file");
    }

    @Test
    void beforeLinux511ASmallMemoryLockIsTheReason() {
        kernel.withRelease("5.10.0")
                .with("/sys/devices/system/cpu/possible", "0-1\n")
                .with("/proc/self/limits", "Max locked memory  65536  65536  bytes\n");

        assertThat(diagnosis(OWN_BTF).of(Hook.KPROBE, REFUSED).obstacle().reason())
                .startsWith("RLIMIT_MEMLOCK is 0.1 MiB, a ring of 1.0 MiB needs about");
    }

    @ParameterizedTest
    @ValueSource(ints = {EPERM, EACCES})
    void aRefusedPerfEventOpenIsToldWithItsSysctl(int errno) {
        var failed = failed(
                errno,
                "libbpf: prog 'p': failed to create kprobe '__netif_receive_skb+0x0' perf event: Permission denied");

        assertThat(diagnosis(OWN_BTF).of(Hook.KPROBE, failed).obstacle().toString())
                .contains("perf_event_open was refused", "kernel.perf_event_paranoid is 3", "sysctl")
                .doesNotContain("seccomp");
        kernel.with("/proc/self/status", "Seccomp:\t2\n");
        assertThat(diagnosis(OWN_BTF).of(Hook.KPROBE, failed).obstacle().toString())
                .contains("a seccomp filter is on", "seccomp profile")
                .doesNotContain("paranoid");
    }

    @Test
    void aRefusedPerfEventOpenIsNotBlamedOnASysctlThatAllowsIt() throws Exception {
        var failed = failed(EACCES, "libbpf: prog 'p': failed to create kprobe 'f+0x0' perf event: Permission denied");

        kernel.with("/proc/sys/kernel/perf_event_paranoid", "2\n");
        assertThat(diagnosis(OWN_BTF).of(Hook.KPROBE, failed).toString())
                .contains("kernel.perf_event_paranoid is 2", "SELinux, AppArmor")
                .doesNotContain("above 2", "sysctl");
        Files.delete(root.resolve("proc/sys/kernel/perf_event_paranoid"));
        assertThat(diagnosis(OWN_BTF).of(Hook.KPROBE, failed).toString())
                .contains("kernel.perf_event_paranoid is unknown", "SELinux, AppArmor")
                .doesNotContain("above 2", "sysctl");
    }

    @ParameterizedTest
    @EnumSource
    void beforeLinux58NoHookHasARingBuffer(Hook hook) {
        kernel.withRelease("5.7.19");

        assertThat(diagnosis(OWN_BTF).beforehand(hook))
                .contains(HookRefusal.asEveryHook(
                        hook,
                        new Obstacle("Linux 5.7.19 is too old: it has no BPF ring buffer", "run Linux 5.8 or later")));
    }

    @Test
    void whatEveryHookMeetsIsToldApartFromWhatOneMeetsAlone() throws Exception {
        var unreadBtf = failed(EINVAL, "libbpf: failed to find valid kernel BTF\n");

        assertThat(diagnosis(OWN_BTF).of(Hook.KPROBE, unreadBtf).isOfHookAlone())
                .isFalse();
        assertThat(diagnosis(OWN_BTF).of(Hook.KPROBE, failed(ENOMEM, "")).isOfHookAlone())
                .isFalse();
        assertThat(diagnosis(OWN_BTF).of(Hook.FENTRY, REFUSED).isOfHookAlone()).isTrue();
        assertThat(diagnosis(OWN_BTF).ofSilence(Hook.KPROBE).isOfHookAlone()).isTrue();
        kernel.with("/sys/kernel/debug/kprobes/enabled", "0\n");
        assertThat(isOfHookAloneBeforehand(OWN_BTF, Hook.KPROBE)).isTrue();
        withoutBtf();
        assertThat(isOfHookAloneBeforehand(BTF_FILE, Hook.FENTRY)).isTrue();
        assertThat(isOfHookAloneBeforehand(OWN_BTF, Hook.KPROBE)).isFalse();
    }

    @Test
    void aTrampolineThatTheArchitectureLacksIsToldForFentryAlone() {
        assertThat(diagnosis(OWN_BTF)
                        .of(Hook.FENTRY, failed(ENOTSUPP, ""))
                        .obstacle()
                        .reason())
                .contains("no BPF trampoline");
        assertThat(diagnosis(OWN_BTF)
                        .of(Hook.KPROBE, failed(ENOTSUPP, ""))
                        .obstacle()
                        .reason())
                .doesNotContain("trampoline");
    }

    @Test
    void aBlacklistedFunctionIsToldForTheKprobeAlone() {
        kernel.with("/sys/kernel/debug/kprobes/blacklist", "0x0-0x0\t__netif_receive_skb\n");

        assertThat(diagnosis(OWN_BTF)
                        .of(Hook.KPROBE, failed(EINVAL, ""))
                        .obstacle()
                        .reason())
                .contains("forbids kprobes at __netif_receive_skb");
        assertThat(diagnosis(OWN_BTF)
                        .of(Hook.FENTRY, failed(EINVAL, ""))
                        .obstacle()
                        .reason())
                .doesNotContain("forbids");
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "TRACEPOINT")
    void anAbsentFunctionIsToldForBothHooksAtIt(Hook hook) {
        kernel.with("/proc/kallsyms", "0000000000000000 t __netif_receive_skb.isra.0\n");

        assertThat(diagnosis(OWN_BTF).of(hook, failed(ENOENT, "")).obstacle().reason())
                .contains("no function __netif_receive_skb", "__netif_receive_skb.isra.0");
    }

    @Test
    void aRefusalDespiteAllCapabilitiesIsCalledOneOfTheKernelOrOfSeccomp() {
        assertThat(diagnosis(OWN_BTF).of(Hook.FENTRY, REFUSED))
                .extracting(HookRefusal::obstacle)
                .isEqualTo(new Obstacle(
                        "this kernel refuses fentry programs (EPERM, although the capabilities are there)", ""));
        kernel.with("/proc/self/limits", "Max open files            16                   16                   files\n")
                .with("/proc/self/fd/0", "");
        assertThat(diagnosis(OWN_BTF).of(Hook.FENTRY, REFUSED).obstacle().toString())
                .as("however few files it may open")
                .contains("this kernel refuses fentry programs");
        kernel.with("/proc/self/status", "CapEff:\t000001ffffffffff\nSeccomp:\t2\n");
        assertThat(diagnosis(OWN_BTF).of(Hook.FENTRY, REFUSED).obstacle().toString())
                .contains("a seccomp filter is on", "seccomp profile that allows bpf");
    }

    @Test
    void whatNothingExplainsIsToldWithLibbpfsLastReason() {
        var failed = failed(
                EINVAL,
                """
                libbpf: prog 'tp_netif_receive_skb': BPF program load failed: Invalid argument
                libbpf: prog 'tp_netif_receive_skb': -- BEGIN PROG LOAD LOG --
                0: (79) r6 = *(u64 *)(r1 +0)
                R1 invalid mem access 'inv'
                processed 12 insns (limit 1000000) max_states_per_insn 0 total_states 0
                -- END PROG LOAD LOG --
                libbpf: prog 'tp_netif_receive_skb': failed to load: -22
                libbpf: failed to load object 'skbstream'
                """);

        assertThat(diagnosis(OWN_BTF).of(Hook.TRACEPOINT, failed).obstacle().reason())
                .isEqualTo("cannot load it: " + SystemWords.INVALID_ARGUMENT
                        + " (errno 22) (libbpf: R1 invalid mem access 'inv')");
        assertThat(diagnosis(OWN_BTF)
                        .of(Hook.TRACEPOINT, failed(EINVAL, ""))
                        .obstacle()
                        .reason())
                .isEqualTo("cannot load it: " + SystemWords.INVALID_ARGUMENT + " (errno 22)");
    }

    @Test
    void aRingThatTheMemoryDoesNotHoldComesWithASmallerOne() {
        assertThat(diagnosis(OWN_BTF)
                        .of(Hook.TRACEPOINT, failed(ENOMEM, ""))
                        .obstacle()
                        .remedy())
                .contains("smaller --ring-size");
    }

    private boolean isOfHookAloneBeforehand(ProbeSettings settings, Hook hook) {
        return diagnosis(settings).beforehand(hook).orElseThrow().isOfHookAlone();
    }

    private static BpfException failed(int errno, String libbpfLog) {
        return new BpfException("load it", errno, libbpfLog);
    }

    private void withoutBtf() throws Exception {
        Files.delete(root.resolve("sys/kernel/btf/vmlinux"));
    }

    private Diagnosis diagnosis(ProbeSettings settings) {
        return new Diagnosis(kernel.kernel(), settings, LIBBPF);
    }
}
