package io.skbstream.example;

import org.apache.kafka.common.Uuid;

/** The topics that the job reads, as Kafka has them at a moment. */
record Layout(Topic events, Topic ledgers) {
    /**
     * One topic.
     *
     * @param id zero where the broker is older than 2.8 and has none
     */
    record Topic(Uuid id, int partitions) {}
}
