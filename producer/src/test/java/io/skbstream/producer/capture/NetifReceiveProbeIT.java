package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.it.LiveKernel;
import org.junit.jupiter.api.Test;

/** What the kernel tells of an attached probe besides its hits; a kprobe's misses are looked at by the kernel tests. */
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
    void aDatagramOverLoProvesTheTracepoint() {
        HitProof proof = HitProof.of(Hook.TRACEPOINT, SETTINGS);

        assertThat(proof.hits()).isPositive();
        assertThat(proof.notSent()).isEmpty();
    }
}
