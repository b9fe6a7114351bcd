package io.skbstream.kerneltests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A kernel with another release's user space, and so with another libbpf. */
class OtherUserSpace {

    @Test
    @Tag("old-user-space")
    void theOldestLibbpfOnTheNewestKernelIsNamedAsTheReason() {
        Command doctor = Guest.skbstream("doctor");
        Guest.keep("70-old-libbpf", "libbpf 0.3 on a kernel that is newer by years", doctor);

        assertThat(doctor.output()).contains("libbpf.so.0.3.0", "newer libbpf", "The agent cannot run here");
        assertThat(doctor.exitCode()).isEqualTo(1);
    }

    @Test
    @Tag("new-user-space")
    void theNewestLibbpfAndJdkServeTheOldestKernel() {
        Command doctor = Guest.skbstream("doctor");
        Guest.keep("71-new-libbpf", "The newest libbpf on Linux 5.10", doctor);

        assertThat(doctor.output())
                .contains("would use kprobe", "The agent can run here.")
                .doesNotContain("WARNING");
        assertThat(doctor.exitCode()).isZero();
    }
}
