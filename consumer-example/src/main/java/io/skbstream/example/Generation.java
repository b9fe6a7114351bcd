package io.skbstream.example;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One partitioning of the job's state. A new one begins when the events' topic gets partitions or is made anew; it has a consumer
 * group and internal topics of its own, to which {@link StateMove} moves what the one before it had. All lists have an item for
 * each partition.
 *
 * @param number 1 for the first, and higher for each that follows
 * @param topicId Kafka's id of the events' topic
 * @param ends where its partitions ended when this generation began: read up to there, it has missed nothing
 * @param moved below this offset, strays were moved to their home; 0 where none were
 * @param strays where the moved ones end
 * @param movedBefore the same as {@code moved} of earlier generations, where that may still matter; each list has as many items as
 *     the topic had partitions then
 */
record Generation(
        int number,
        String topicId,
        List<Long> ends,
        List<Long> moved,
        List<Long> strays,
        List<List<Long>> movedBefore) {
    private static final ObjectMapper JSON = new ObjectMapper();

    Generation {
        movedBefore = movedBefore == null ? List.of() : List.copyOf(movedBefore); // earlier versions wrote none
    }

    static Generation first(Layout.Topic topic) {
        var zeros = Collections.nCopies(topic.partitions(), 0L);
        return new Generation(1, topic.id().toString(), zeros, zeros, zeros, List.of());
    }

    static Generation of(byte[] json) {
        try {
            return JSON.readValue(json, Generation.class);
        } catch (IOException e) {
            throw new UncheckedIOException("no generation: " + e.getMessage(), e);
        }
    }

    byte[] toJson() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the topic is as this generation reads it. */
    boolean isOf(Layout.Topic topic) {
        return isOfLog(topic) && ends.size() == topic.partitions();
    }

    /** Whether the topic is the same one; it may have more partitions since. */
    boolean isOfLog(Layout.Topic topic) {
        return topicId.equals(topic.id().toString()) && ends.size() <= topic.partitions();
    }

    /** Whether an event was moved to its home, as a stray; it counts there, and not where it lies. */
    boolean wasMoved(String host, int partition, long offset) {
        if (wasMoved(moved, host, partition, offset)) {
            return true;
        }
        for (List<Long> below : movedBefore) {
            if (wasMoved(below, host, partition, offset)) {
                return true;
            }
        }
        return false;
    }

    private static boolean wasMoved(List<Long> below, String host, int partition, long offset) {
        return partition < below.size()
                && offset < below.get(partition)
                && Strays.home(host, below.size()) != partition;
    }

    /**
     * Returns the moves that matter to who reads on from here, as a {@code movedBefore} of the next generation.
     *
     * @param read up to which offset a partition has been read
     */
    List<List<Long>> movesAbove(IntToLongFunction read) {
        return Stream.concat(movedBefore.stream(), Stream.of(moved))
                .filter(below -> IntStream.range(0, below.size())
                        .anyMatch(partition -> read.applyAsLong(partition) < below.get(partition)))
                .toList();
    }

    /**
     * Names consumer group and internal topics.
     *
     * @param application id that the user gave the job
     */
    String applicationId(String application) {
        return applicationId(application, number);
    }

    static String applicationId(String application, int number) {
        return number == 1 ? application : application + "-generation-" + number;
    }
}
