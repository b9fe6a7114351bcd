package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.kernel.KernelBtf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor} says whether the agent can run, and proves it. */
@LiveKernel
class DoctorIT {

    @Test
    void theSelfTestSeesEveryDatagram() throws Exception {
        try (var doctor = AgentProcess.start("doctor")) {
            assertThat(doctor.exitCode()).as(doctor.out()).isZero();
            assertThat(doctor.out())
                    .contains("libbpf", "would use", "saw 1000 of 528500 bytes", "coverage", "The agent can run here.")
                    .doesNotContain("BAD", "\u001b");
        }
    }

    @Test
    void theKernelsTypesMayComeFromAFile(@TempDir Path folder) throws Exception {
        Path btf = Files.copy(Path.of(KernelBtf.FILE), folder.resolve("vmlinux.btf"));
        try (var doctor = AgentProcess.start("doctor", "--btf", btf.toString(), "--hook", "tracepoint")) {
            assertThat(doctor.exitCode()).as(doctor.out()).isZero();
            assertThat(doctor.out())
                    .contains("offsets of fields are taken from " + btf, "tracepoint saw 1000 of 528500 bytes")
                    .doesNotContain("not kprobe");
        }
    }

    @Test
    void aFileThatLibbpfCannotReadIsBadWithARemedy(@TempDir Path folder) throws Exception {
        byte[] cut = Arrays.copyOf(Files.readAllBytes(Path.of(KernelBtf.FILE)), 4096);
        Path btf = Files.write(folder.resolve("cut.btf"), cut);
        try (var doctor = AgentProcess.start("doctor", "--btf", btf.toString(), "--hook", "tracepoint")) {
            assertThat(doctor.exitCode()).isEqualTo(1);
            assertThat(doctor.out())
                    .contains("BAD   hook", "cannot read the BTF in " + btf, "→ install a newer libbpf");
        }
    }

    @Test
    void withoutRootItSaysWhatIsMissingAndFails(@TempDir Path folder) throws Exception {
        try (var doctor = AgentProcess.startAsNobody(folder, List.of(), "doctor")) {
            assertThat(doctor.exitCode()).isEqualTo(1);
            assertThat(doctor.out()).contains("BAD", "CAP_BPF and CAP_PERFMON missing", "sudo", "cannot run here");
        }
    }

    @Test
    void theTwoCapabilitiesThatTheAgentNeedsAreEnough(@TempDir Path folder) throws Exception {
        try (var doctor = AgentProcess.startAsNobody(folder, List.of("+bpf", "+perfmon"), "doctor")) {
            assertThat(doctor.exitCode()).as(doctor.out() + doctor.err()).isZero();
            assertThat(doctor.out()).contains("would use", "self-test     not done", "The agent can run here.");
        }
    }
}
