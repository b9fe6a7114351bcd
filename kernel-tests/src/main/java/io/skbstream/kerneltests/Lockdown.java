package io.skbstream.kerneltests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What {@code lockdown=} on the kernel's command line does, too; once raised, it stays until the guest ends. */
@Tag("stock")
@Order(6)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class Lockdown {

    private static final Path LEVEL = Path.of("/sys/kernel/security/lockdown");

    @Test
    @Order(1)
    void integrityDoesNotMatter() throws IOException {
        Files.writeString(LEVEL, "integrity");
        Command doctor = Guest.skbstream("doctor");
        Guest.keep("10-lockdown-integrity", "lockdown=integrity", doctor);

        assertThat(doctor.output()).contains("[integrity]", "would use kprobe", "The agent can run here.");
        assertThat(doctor.exitCode()).isZero();
    }

    @Test
    @Order(2)
    void confidentialityRefusesEveryHookAndTheReasonIsNamed() throws IOException {
        Files.writeString(LEVEL, "confidentiality");
        Command doctor = Guest.skbstream("doctor");
        Command trace = Guest.skbstream("trace", "--", "true");
        Guest.keep("11-lockdown-confidentiality", "lockdown=confidentiality", doctor, trace);

        assertThat(doctor.output()).contains("confidentiality", "lockdown=integrity", "The agent cannot run here");
        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(trace.output()).contains("lockdown=confidentiality", "lockdown=integrity");
        assertThat(trace.exitCode()).isEqualTo(Guest.TRACE_FAILED);
    }
}
