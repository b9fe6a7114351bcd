package io.skbstream.producer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.skbstream.producer.AgentException;
import io.skbstream.producer.Obstacle;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CapabilitiesTest {

    private static final String BPF_AND_PERFMON = "000000c000000000";

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource({
        "0000000000000000, 'CAP_BPF and CAP_PERFMON missing,'",
        "0000004000000000, 'CAP_BPF missing,'",
        "0000008000000000, 'CAP_PERFMON missing,'"
    })
    void whatIsMissingIsNamedWithBothRemedies(String effective, String missing) {
        var capabilities = with("CapEff:\t" + effective).kernel().capabilities();

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(capabilities::require)
                .withMessageStartingWith(missing)
                .withMessageContaining("sudo")
                .withMessageEndingWith("AmbientCapabilities=CAP_BPF CAP_PERFMON");
    }

    @ParameterizedTest
    @ValueSource(strings = {BPF_AND_PERFMON, "0000000000200000", "000001ffffffffff"})
    void theTwoOrSysAdminAreEnough(String effective) {
        assertThatNoException()
                .isThrownBy(with("CapEff:\t" + effective).kernel().capabilities()::require);
    }

    @ParameterizedTest
    @ValueSource(strings = {"000001ffffffffff", "0000000000000000"})
    void capabilitiesOfAUserNamespaceAreToldFromTheHosts(String effective) {
        KernelFolder folder = with("CapEff:\t" + effective);

        folder.with("/proc/self/uid_map", "         0       1000          1\n");
        assertThat(folder.kernel().capabilities().obstacle().orElseThrow().toString())
                .contains("in a user namespace (/proc/self/uid_map)", "run it on the host")
                .doesNotContain("sudo");
        folder.with("/proc/self/uid_map", "         0          0 4294967295\n");
        assertThat(folder.kernel()
                        .capabilities()
                        .obstacle()
                        .map(Obstacle::toString)
                        .orElse(""))
                .doesNotContain("user namespace");
    }

    @Test
    void withoutProcTheKernelItselfHasToSay() {
        assertThat(new KernelFolder(root).kernel().capabilities().missing()).isEmpty();
    }

    @Test
    void theSysctlForUnprivilegedProgramsIsSaidToMakeNoDifference() {
        KernelFolder folder =
                with("CapEff:\t0000000000000000").with("/proc/sys/kernel/unprivileged_bpf_disabled", "2\n");

        assertThat(folder.kernel().capabilities().obstacle().orElseThrow().reason())
                .endsWith("(kernel.unprivileged_bpf_disabled, here 2, makes no difference)");
    }

    @Test
    void aSeccompFilterIsSeen() {
        assertThat(with("Seccomp:\t2").kernel().capabilities().areFilteredBySeccomp())
                .isTrue();
        assertThat(with("Seccomp:\t0").kernel().capabilities().areFilteredBySeccomp())
                .isFalse();
    }

    private KernelFolder with(String line) {
        return new KernelFolder(root).with("/proc/self/status", "Name:\tjava\n" + line + "\nSeccomp_filters:\t1\n");
    }
}
