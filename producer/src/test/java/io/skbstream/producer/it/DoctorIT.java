package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.kernel.KernelBtf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor} says whether the agent can run, and proves it. */
@LiveKernel
@ExtendWith(Broker.Resolver.class)
class DoctorIT {

    @Test
    void theSelfTestSeesEveryDatagram() throws Exception {
        try (var doctor = AgentProcess.start("doctor")) {
            assertThat(doctor.exitCode()).as(doctor.out()).isZero();
            assertThat(doctor.out())
                    .contains("libbpf", "would use", "saw 1000 of 528500 bytes", "coverage", "The agent can run here.")
                    .doesNotContain("BAD", "own traffic", "\u001b");
        }
    }

    @Test
    void aBrokerOnThisHostIsSeenAndItsTrafficProvenToBeLeftOut(Broker broker) throws Exception {
        try (var doctor = AgentProcess.start("doctor", "--bootstrap-servers", broker.bootstrapServers())) {
            assertThat(doctor.exitCode()).as(doctor.out()).isZero();
            assertThat(doctor.out())
                    .containsPattern("OK    own traffic   .*at " + broker.bootstrapServers()
                            + ".* on this host: .* excluded in the kernel; in a network namespace of its own [1-9]\\d* packets"
                            + " of port \\d+ made no event, and ([1-9]\\d*) of port \\d+ made \\1\n");
        }
    }

    @Test
    void aBrokerThatDoesNotAnswerIsNoReasonNotToRun() throws Exception {
        try (var doctor = AgentProcess.start("doctor", "-K", "bootstrap.servers=127.0.0.1:1")) {
            assertThat(doctor.exitCode()).as(doctor.out()).isZero();
            assertThat(doctor.out())
                    .contains(
                            "NOTE  own traffic   no Kafka broker answers at 127.0.0.1:1 within 10 s; start the broker",
                            " until it answers, the agent keeps events in its spool",
                            "The agent can run here.");
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
            assertThat(doctor.out()).contains("BAD   hook", "cannot read the BTF in " + btf, " install a newer libbpf");
        }
    }

    @Test
    void withoutRootItSaysWhatIsMissingAndFails(@TempDir Path folder) throws Exception {
        try (var doctor = AgentProcess.startAsNobody(folder, List.of(), "doctor")) {
            assertThat(doctor.exitCode()).isEqualTo(1);
            assertThat(doctor.out())
                    .contains("BAD", "CAP_BPF and CAP_PERFMON missing", "sudo", "cannot run here", "In a guest it can");
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
