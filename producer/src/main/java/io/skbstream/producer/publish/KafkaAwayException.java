package io.skbstream.producer.publish;

import io.skbstream.producer.AgentException;

/** Kafka does not answer, or does not let the agent do what it must: it may later, and an agent with a spool can wait. */
public final class KafkaAwayException extends AgentException {

    private static final long serialVersionUID = 1L;

    KafkaAwayException(String message, Throwable cause) {
        super(message, cause);
    }
}
