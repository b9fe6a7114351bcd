package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
