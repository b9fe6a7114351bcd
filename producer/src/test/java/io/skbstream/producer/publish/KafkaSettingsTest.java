package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.skbstream.producer.AgentException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaSettingsTest {

    @Test
    void aValueThatKafkaDoesNotTakeIsOneLineWithTheOptionsToCorrect() {
        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> settings(Map.of("acks", "some")).producer("test"))
                .withMessageContaining("acks")
                .withMessageContaining("some")
                .withMessageEndingWith("; correct -K or --kafka-config")
                .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("\n"));
    }

    @Test
    void whatTheUserPassesThroughWinsOverTheDefaults() {
        // Idempotence needs acks=all, so Kafka's client takes acks=1 only if both got through.
        settings(Map.of("acks", "1", "enable.idempotence", "false"))
                .producer("test")
                .close(Duration.ZERO);

        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> settings(Map.of("acks", "1")).producer("test"))
                .as("idempotence is on by default")
                .withMessageContaining("acks");
    }

    @Test
    void laterChangesOfTheCallersMapDoNotReachIt() {
        Map<String, String> keys = new HashMap<>();
        KafkaSettings settings = settings(keys);
        keys.put("acks", "1");

        assertThat(settings.passedThrough()).isEmpty();
    }

    @Test
    void aKeyThatNoClientKnowsIsNamed() {
        assertThat(settings(Map.of("aks", "all", "acks", "all", "retries", "3", "default.api.timeout.ms", "5"))
                        .unknownKeys())
                .containsExactly("aks");
    }

    private static KafkaSettings settings(Map<String, String> passedThrough) {
        return new KafkaSettings("127.0.0.1:9", passedThrough);
    }
}
