package io.skbstream.kerneltests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kernel booted with {@code lockdown=}. */
class Lockdown {

    @Test
    @Tag("integrity")
    void integrityDoesNotMatter() {
        Command doctor = Guest.skbstream("doctor");
        Guest.keep("10-lockdown-integrity", "lockdown=integrity", doctor);

        assertThat(doctor.output()).contains("[integrity]", "would use kprobe", "The agent can run here.");
        assertThat(doctor.exitCode()).isZero();
    }

    @Test
    @Tag("confidentiality")
    void confidentialityRefusesEveryHookAndTheReasonIsNamed() {
        Command doctor = Guest.skbstream("doctor");
        Command trace = Guest.skbstream("trace", "--", "true");
        Guest.keep("11-lockdown-confidentiality", "lockdown=confidentiality", doctor, trace);

        assertThat(doctor.output()).contains("confidentiality", "lockdown=integrity", "The agent cannot run here");
        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(trace.output()).contains("lockdown=confidentiality", "lockdown=integrity");
        assertThat(trace.exitCode()).isEqualTo(1);
    }
}
