package io.skbstream.producer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {

    @Test
    void theArrowIsOneThatStdoutCanShow() {
        assertThat(DoctorCommand.arrow(StandardCharsets.UTF_8)).isEqualTo("→");
        assertThat(DoctorCommand.arrow(StandardCharsets.US_ASCII)).isEqualTo("->");
        assertThat(DoctorCommand.arrow(StandardCharsets.ISO_8859_1)).isEqualTo("->");
    }
}
