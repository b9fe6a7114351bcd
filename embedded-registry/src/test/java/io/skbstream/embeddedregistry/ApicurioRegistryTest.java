package io.skbstream.embeddedregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class ApicurioRegistryTest {
    @Test
    void itAnswersUntilItIsClosed() throws Exception {
        URI subjects;
        try (var registry = ApicurioRegistry.start()) {
            subjects = URI.create(registry.url() + "/subjects");
            try (var in = subjects.toURL().openStream()) {
                assertThat(in.readAllBytes()).asString().isEqualTo("[]");
            }
        }
        assertThatThrownBy(() -> subjects.toURL().openStream()).isInstanceOf(ConnectException.class);
    }
}
