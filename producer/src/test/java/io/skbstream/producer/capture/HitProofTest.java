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
        assertThat(new HitProof(1, Optional.empty()).isSilent()).isFalse();
        assertThat(new HitProof(1, Optional.of(UNREACHABLE)).isSilent()).isFalse();
        assertThat(new HitProof(1, Optional.of(UNREACHABLE)).doubt()).isEmpty();
    }

    @Test
    void datagramsWithoutAHitAreProofOfSilence() {
        assertThat(new HitProof(0, Optional.empty()).isSilent()).isTrue();
    }

    @Test
    void withoutADatagramNothingIsProven() {
        HitProof unproven = new HitProof(0, Optional.of(UNREACHABLE));

        assertThat(unproven.isSilent()).isFalse();
        assertThat(unproven.doubt().orElseThrow().toString()).contains("(Network is unreachable)", "ip link set lo up");
    }

    @Test
    void onlyADeviceThatIsDownIsToBeSetUp() {
        assertThat(doubt("Cannot assign requested address").remedy()).isEqualTo("ip link set lo up");
        assertThat(doubt("Operation not permitted").reason()).endsWith("(Operation not permitted)");
        assertThat(doubt("Operation not permitted").remedy()).isEmpty();
    }

    private static Obstacle doubt(String why) {
        return new HitProof(0, Optional.of(new IOException(why))).doubt().orElseThrow();
    }
}
