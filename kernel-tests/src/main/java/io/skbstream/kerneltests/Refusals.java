package io.skbstream.kerneltests;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.kernel.Kernel;
import io.skbstream.producer.libbpf.InstalledLibBpf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Everything that keeps the agent from its hook and can be brought about in a running kernel: what it says then. */
@Tag("stock")
@Order(2)
class Refusals {

    private static final Path KPROBES_ENABLED = Path.of("/sys/kernel/debug/kprobes/enabled");

    private static final int CAP_SYS_RESOURCE = 24;
    private static final int CAP_PERFMON = 38;
    private static final int CAP_BPF = 39;

    @Test
    void aKprobeThatIsSwitchedOffIsNotTakenForOneThatSeesNothing() throws Exception {
        Files.writeString(KPROBES_ENABLED, "0");
        try {
            Command doctor = Guest.skbstream("doctor");
            Command kprobe = Guest.skbstream("trace", "--hook", "kprobe", "--", "true");
            Guest.keep("20-kprobes-off", "Kprobes switched off", doctor, kprobe);

            assertThat(doctor.output()).contains("kprobes are switched off", "echo 1 >", "The agent can run here.");
            if (Guest.hasTrampolines()) {
                assertThat(doctor.output()).contains("would use fentry");
            }
            assertThat(doctor.exitCode()).isZero();
            assertThat(kprobe.output()).contains("kprobes are switched off", "echo 1 >");
            assertThat(kprobe.exitCode()).isEqualTo(Guest.TRACE_FAILED);
        } finally {
            Files.writeString(KPROBES_ENABLED, "1");
        }
    }

    @Test
    void anOrdinaryUserIsToldWhichCapabilitiesAreMissing() throws Exception {
        assertThat(Files.readString(Path.of("/proc/sys/kernel/unprivileged_bpf_disabled"))
                        .strip())
                .isNotEqualTo("0");
        Command doctor = Guest.skbstreamBy(nobody(), "doctor");
        Command trace = Guest.skbstreamBy(nobody(), "trace", "--", "true");
        Guest.keep("30-ordinary-user", "An ordinary user", doctor, trace);

        assertThat(doctor.output()).contains("CAP_BPF and CAP_PERFMON", "sudo", "The agent cannot run here");
        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(trace.output()).contains("CAP_BPF and CAP_PERFMON", "sudo");
        assertThat(trace.exitCode()).isEqualTo(Guest.TRACE_FAILED);
    }

    @Test
    void twoCapabilitiesAreEnoughWhereBpfMemoryIsTheCgroups() {
        List<String> user = nobody(CAP_BPF, CAP_PERFMON);
        if (Kernel.running().isAtLeast(5, 11)) {
            Command doctor = Guest.skbstreamBy(user, "doctor");
            Guest.keep("40-two-capabilities", "CAP_BPF and CAP_PERFMON alone, kernel.perf_event_paranoid=3", doctor);
            Command.must("sysctl -q kernel.perf_event_paranoid=2");
            Command lessParanoid;
            try {
                lessParanoid = Guest.skbstreamBy(user, "trace", "--", "true");
            } finally {
                Command.must("sysctl -q kernel.perf_event_paranoid=3");
            }

            assertThat(doctor.output())
                    .contains("kernel.perf_event_paranoid is 3", "sysctl kernel.perf_event_paranoid=2")
                    .contains("The agent can run here.")
                    .contains("would use " + (Guest.hasTrampolines() ? "fentry" : "tracepoint"));
            assertThat(doctor.exitCode()).isZero();
            assertThat(lessParanoid.output()).contains("hook: kprobe");
            assertThat(lessParanoid.exitCode()).isZero();
        } else {
            List<String> limited = limited("65536", user); // that of these tests may have been raised
            Command refused = Guest.skbstreamBy(limited, "doctor");
            Command trace = Guest.skbstreamBy(limited, "trace", "--", "true");
            Guest.keep("41-memory-lock", "Below Linux 5.11: the limit of locked memory", refused, trace);

            assertThat(refused.output()).contains("RLIMIT_MEMLOCK", "LimitMEMLOCK=infinity");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(trace.output()).contains("RLIMIT_MEMLOCK", "LimitMEMLOCK=infinity");
            assertThat(trace.exitCode()).isEqualTo(Guest.TRACE_FAILED);
        }
    }

    @Test
    void theLimitOfLockedMemoryIsRaisedFromOutsideOrByTheAgentOrDoesNotMatter() {
        List<String> user = nobody(CAP_BPF, CAP_PERFMON);
        Command outside = Guest.skbstreamBy(limited("unlimited", user), "trace", "--", "true");
        Command byTheAgent = Guest.skbstreamBy(
                limited("65536", nobody(CAP_BPF, CAP_PERFMON, CAP_SYS_RESOURCE)), "trace", "--", "true");
        Command tight = Guest.skbstreamBy(limited("65536", user), "trace", "--", "true");

        assertThat(outside.exitCode()).as(outside.output()).isZero();
        assertThat(byTheAgent.exitCode()).as(byTheAgent.output()).isZero();
        assertThat(tight.exitCode())
                .as(tight.output())
                .isEqualTo(Kernel.running().isAtLeast(5, 11) ? 0 : Guest.TRACE_FAILED);
    }

    private static List<String> limited(String bytes, List<String> starter) {
        return Stream.concat(Stream.of("prlimit", "--memlock=" + bytes), starter.stream())
                .toList();
    }

    @Test
    void aKernelWithoutBtfIsNamedAndBtfFromElsewhereWillDo() throws Exception {
        Path btf = Files.copy(Path.of("/sys/kernel/btf/vmlinux"), Path.of("/tmp/vmlinux.btf"));
        Command doctor = Guest.skbstreamBy(withoutBtf(), "doctor");
        Command trace = Guest.skbstreamBy(withoutBtf(), "trace", "--", "true");
        Command given = Guest.skbstreamBy(
                withoutBtf(), "trace", "--btf", btf.toString(), "--device", "lo", "--", "ping", "-c1", "127.0.0.1");
        Guest.keep("50-no-btf", "A kernel without BTF", doctor, trace, given);

        assertThat(doctor.output()).contains("BTF", "CONFIG_DEBUG_INFO_BTF", "--btf");
        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(trace.output()).contains("BTF", "--btf");
        assertThat(trace.exitCode()).isEqualTo(Guest.TRACE_FAILED);
        if (InstalledLibBpf.find().file().endsWith(".so.0.3.0")) {
            assertThat(given.output()).contains("libbpf.so.0.3.0 is too old for --btf");
            assertThat(given.exitCode()).isEqualTo(Guest.TRACE_FAILED);
        } else {
            assertThat(given.output()).contains("2 hits shown", "hook: kprobe");
            assertThat(given.exitCode()).isZero();
        }
    }

    @Test
    void aMissingLibbpfIsNamedWithItsPackage() throws IOException {
        Path library = Path.of(InstalledLibBpf.find().file());
        Path hidden = Files.move(library, library.resolveSibling("hidden"));
        try {
            Command doctor = Guest.skbstream("doctor");
            Command trace = Guest.skbstream("trace", "--", "true");
            Guest.keep("60-no-libbpf", "No libbpf", doctor, trace);

            assertThat(doctor.output())
                    .contains("neither libbpf.so.1 nor libbpf.so.0 can be loaded", "apt-get install libbpf1");
            assertThat(doctor.exitCode()).isEqualTo(1);
            assertThat(trace.output())
                    .contains("neither libbpf.so.1 nor libbpf.so.0 can be loaded", "apt-get install libbpf1");
            assertThat(trace.exitCode()).isEqualTo(Guest.TRACE_FAILED);
        } finally {
            Files.move(hidden, library);
        }
    }

    private static List<String> withoutBtf() {
        return List.of("unshare", "-m", "/guest/without-btf");
    }

    /** As user nobody, with these capabilities alone, by number: Debian 11's setpriv has no names for the newer ones. */
    private static List<String> nobody(int... capabilities) {
        String caps = IntStream.of(capabilities)
                .mapToObj(capability -> ",+cap_" + capability)
                .collect(Collectors.joining("", "-all", ""));
        return List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "--inh-caps=" + caps,
                "--ambient-caps=" + caps);
    }
}
