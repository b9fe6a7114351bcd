package io.skbstream.producer.publish;

import io.skbstream.producer.AgentException;

/** Kafka does not answer, or does not let this client use what it needs: nothing that is wrong here, and it may pass. */
public final class KafkaAwayException extends AgentException {

    private static final long serialVersionUID = 1L;

    private final String why;
    private final String topic;

    KafkaAwayException(String message, Throwable cause) {
        this(message, message, "", cause);
    }

    /** @param why what keeps this client out, by {@link KafkaSettings#explain} */
    KafkaAwayException(String bootstrapServers, String why, Throwable cause) {
        this("no way into Kafka at " + bootstrapServers + ": " + why, why, "", cause);
    }

    private KafkaAwayException(String message, String why, String topic, Throwable cause) {
        super(message, cause);
        this.why = why;
        this.topic = topic;
    }

    /** The cluster answers, and says that a topic is not for this client. */
    static KafkaAwayException ofTopic(String topic, String message, Throwable cause) {
        return new KafkaAwayException(message, message, topic, cause);
    }

    /** Whether a cluster that answers keeps this client from one topic, and nothing else is wrong. */
    public boolean isOfTopic() {
        return !topic.isEmpty();
    }

    /** The reason alone, to know it again. */
    String why() {
        return why;
    }

    /** The only topic that is in the way, in a cluster that answers; empty if it is more than that. */
    String topic() {
        return topic;
    }
}
