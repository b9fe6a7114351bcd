package io.skbstream.producer.audit;

/** Is told, after each poll of Kafka, how far the reading of a topic has come. */
public interface Progress {

    /** @param read offsets read, of {@code total} */
    void at(String topic, long read, long total);
}
