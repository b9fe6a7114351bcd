package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.Obstacle;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HitProofTest {

    private static final IOException UNREACHABLE = new IOException("Network is unreachable");

    @Test
    void aHitIsProofWhoeverSentThePacket() {
        assertThat(new HitProof(1, Optional.empty(), true).isSilent()).isFalse();
        assertThat(new HitProof(1, Optional.of(UNREACHABLE), false).isSilent()).isFalse();
        assertThat(new HitProof(1, Optional.of(UNREACHABLE), false).doubt()).isEmpty();
    }

    @Test
    void datagramsWithoutAHitAreProofOfSilence() {
        assertThat(new HitProof(0, Optional.empty(), true).isSilent()).isTrue();
    }

    @Test
    void withoutADatagramNothingIsProven() {
        HitProof unproven = new HitProof(0, Optional.of(UNREACHABLE), false);

        assertThat(unproven.isSilent()).isFalse();
        assertThat(unproven.doubt().orElseThrow().toString()).contains("(Network is unreachable)", "ip link set lo up");
    }

    @Test
    void onlyADeviceThatIsDownIsToBeSetUp() {
        assertThat(doubt(false).remedy()).isEqualTo("ip link set lo up");
        assertThat(doubt(true).reason()).endsWith("(Network is unreachable)");
        assertThat(doubt(true).remedy()).isEmpty();
    }

    private static Obstacle doubt(boolean isLoUp) {
        return new HitProof(0, Optional.of(UNREACHABLE), isLoUp).doubt().orElseThrow();
    }
}
