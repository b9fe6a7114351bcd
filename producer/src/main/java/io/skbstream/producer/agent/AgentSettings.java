package io.skbstream.producer.agent;

import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.capture.ProbeSettings;
import io.skbstream.producer.event.SkbPointer;
import io.skbstream.producer.publish.KafkaSettings;
import java.util.List;

/**
 * Everything an {@link Agent} is told; immutable.
 *
 * @param host the Kafka key and the records' {@code host}
 * @param hooks what to try, best first
 * @param probe filters and ring
 * @param pointer how socket buffers are shown
 * @param kafka the cluster
 * @param topic where events go; it must exist
 */
public record AgentSettings(
        String host,
        List<Hook> hooks,
        ProbeSettings probe,
        SkbPointer.Mode pointer,
        KafkaSettings kafka,
        String topic) {}
