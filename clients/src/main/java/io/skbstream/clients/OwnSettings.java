package io.skbstream.clients;

import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.slf4j.Logger;

/** Settings of Kafka's clients that our programs make by themselves, and that a user's value does not change. */
public final class OwnSettings {

    private static final List<String> KEYS = List.of(
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG);

    private OwnSettings() {}

    /** Warns of those among the keys that a user has given. */
    public static void warnOf(Collection<String> given, Logger log) {
        KEYS.stream()
                .filter(given::contains)
                .forEach(key -> log.warn("{} is not used: skbstream sets it by itself; leave it out", key));
    }
}
