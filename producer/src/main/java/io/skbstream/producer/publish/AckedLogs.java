package io.skbstream.producer.publish;

import io.skbstream.avro.AckedLog;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Where acknowledged events went: how many into which log, and at which offsets. A log is one life of one partition: when
 * its topic is deleted and made again, or the broker loses its disk, another one begins. That is how a reader can tell events
 * that Kafka had and lost from events that never came. Any thread.
 */
final class AckedLogs {

    private static final long UNKNOWN_OFFSET = -1;

    private static final class Log {
        private final int partition;
        private String topicId;
        private long acked;
        private long firstOffset = UNKNOWN_OFFSET;
        private long lastOffset = UNKNOWN_OFFSET;

        private Log(int partition, String topicId) {
            this.partition = partition;
            this.topicId = topicId;
        }

        private void add(long offset) {
            acked++;
            if (offset != UNKNOWN_OFFSET) {
                firstOffset = firstOffset == UNKNOWN_OFFSET ? offset : firstOffset;
                lastOffset = offset;
            }
        }
    }

    private final List<Log> logs = new ArrayList<>();
    private Log current;
    private String topicId = "";
    private boolean doubtful;

    /** Counts one event. Kafka's client calls back in the order of offsets, so one that goes back is of another log. */
    synchronized void acked(RecordMetadata metadata) {
        long offset = metadata.hasOffset() ? metadata.offset() : UNKNOWN_OFFSET;
        if (current == null || current.partition != metadata.partition()) {
            current = newestOf(metadata.partition());
        }
        if (offset != UNKNOWN_OFFSET && offset <= current.lastOffset) {
            topicId = "";
            doubtful = true;
            current = begin(metadata.partition());
        }
        current.add(offset);
    }

    /** Whether Kafka's id of the topic may have changed since it was looked up. */
    synchronized boolean isDoubtful() {
        return doubtful;
    }

    /** Kafka's id of the topic as it is now. */
    synchronized void topicId(String id) {
        doubtful = false;
        if (!topicId.isEmpty() && !topicId.equals(id)) { // the events that come next are of another topic
            topicId = id;
            logs.stream().map(log -> log.partition).distinct().toList().forEach(this::begin);
            current = null;
            return;
        }
        topicId = id;
        logs.stream()
                .filter(this::isNewest)
                .filter(log -> log.topicId.isEmpty())
                .forEach(log -> log.topicId = id);
    }

    /** Every log that has acknowledged an event, oldest first. */
    synchronized List<AckedLog> toRecords() {
        return logs.stream()
                .filter(log -> log.acked > 0)
                .map(log -> new AckedLog(log.topicId, log.partition, log.acked, log.firstOffset, log.lastOffset))
                .toList();
    }

    private Log newestOf(int partition) {
        for (int i = logs.size() - 1; i >= 0; i--) {
            if (logs.get(i).partition == partition) {
                return logs.get(i);
            }
        }
        return begin(partition);
    }

    private boolean isNewest(Log log) {
        return newestOf(log.partition) == log;
    }

    private Log begin(int partition) {
        Log log = new Log(partition, topicId);
        logs.add(log);
        return log;
    }
}
