package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skbstream.producer.it.LiveKernel;
import io.skbstream.producer.kernel.Kernel;
import org.junit.jupiter.api.Test;

/** What the kernel tells of an attached probe besides its hits. */
@LiveKernel
class NetifReceiveProbeIT {

    private static final ProbeSettings SETTINGS = ProbeSettings.everything(64 * 1024);

    @Test
    void noKprobeIsMissedAtATracepoint() {
        try (NetifReceiveProbe probe = NetifReceiveProbe.attach(Hook.TRACEPOINT, SETTINGS)) {
            assertThat(probe.kprobeMisses()).isEmpty();
            probe.detach();
            assertThat(probe.kprobeMisses()).isEmpty();
        }
    }

    @Test
    void sinceLinux67AKprobesMissesAreToldAndKeptWhenItIsDetached() {
        Kernel kernel = Kernel.running();
        assumeTrue(kernel.kprobes().exist() && kernel.isAtLeast(6, 7), "needs Linux 6.7 or later with kprobes");
        try (NetifReceiveProbe probe = NetifReceiveProbe.attach(Hook.KPROBE, SETTINGS)) {
            assertThat(probe.kprobeMisses()).isPresent();
            probe.detach();
            assertThat(probe.kprobeMisses()).isPresent();
        }
    }

    @Test
    void aDatagramOverLoProvesTheTracepoint() {
        HitProof proof = HitProof.of(Hook.TRACEPOINT, SETTINGS);

        assertThat(proof.hits()).isPositive();
        assertThat(proof.notSent()).isEmpty();
    }
}
