package io.skbstream.producer.audit;

import java.util.Map;

/**
 * The topic of the events as it is while it is audited.
 *
 * @param name its name
 * @param id Kafka's id of it, which a topic made anew does not inherit; empty if the broker tells none
 * @param partitions what each of its logs holds
 * @param compacted whether Kafka deletes all but the last record of a key; false if the broker does not tell
 */
public record TopicNow(String name, String id, Map<Integer, Offsets> partitions, boolean compacted) {

    private static final Offsets NOTHING = new Offsets(0, 0);

    TopicNow(String name, String id, Map<Integer, Offsets> partitions) {
        this(name, id, partitions, false);
    }

    /**
     * @param beginning the first offset that is still there
     * @param end one more than the last
     */
    public record Offsets(long beginning, long end) {}

    /** Of a partition that does not exist: an empty log. */
    Offsets partition(int number) {
        return partitions.getOrDefault(number, NOTHING);
    }
}
