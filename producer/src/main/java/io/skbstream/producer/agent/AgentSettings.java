package io.skbstream.producer.agent;

import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.capture.ProbeSettings;
import io.skbstream.producer.event.SkbPointer;
import io.skbstream.producer.publish.SchemaIds;
import io.skbstream.producer.publish.TopicSetup;
import io.skbstream.producer.spool.SpoolSettings;
import java.util.List;

/**
 * Everything an {@link Agent} is told; immutable.
 *
 * @param host the Kafka key and the records' {@code host}
 * @param version of the agent
 * @param hooks what to try, best first
 * @param probe filters and ring
 * @param pointer how socket buffers are shown
 * @param topic where events go, and how it is made
 * @param ledgerTopic where ledgers go
 * @param spool where events wait while Kafka is away
 * @param replayPerSecond how many events may leave the spool in a second
 * @param findsOwnPorts whether to look for brokers on this host, whose TCP ports are then left out of what is captured
 * @param guarded whether circuit breaker and bulkhead are on; off only in a benchmark
 */
public record AgentSettings(
        String host,
        String version,
        List<Hook> hooks,
        ProbeSettings probe,
        SkbPointer.Mode pointer,
        TopicSetup topic,
        String ledgerTopic,
        SpoolSettings spool,
        int replayPerSecond,
        boolean findsOwnPorts,
        boolean guarded) {

    /** How schemas are named in what is sent, as far as the spool knows. */
    SchemaIds schemaIds() {
        return SchemaIds.of(topic, ledgerTopic, spool.folder());
    }
}
