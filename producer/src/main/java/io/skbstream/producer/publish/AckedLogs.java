package io.skbstream.producer.publish;

import io.skbstream.avro.AckedLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Where acknowledged events went: how many of each session into which log, and at which offsets. A log is one life of one
 * partition: when its topic is deleted and made again, or the broker loses its disk, another one begins. That is how a reader
 * can tell events that Kafka had and lost from events that never came. Any thread.
 */
final class AckedLogs {

    private static final long UNKNOWN_OFFSET = -1;

    /** One life of one partition. */
    private static final class Life {
        private final int partition;
        private String topicId;
        private long lastOffset = UNKNOWN_OFFSET;

        private Life(int partition, String topicId) {
            this.partition = partition;
            this.topicId = topicId;
        }
    }

    /** What one life has of one session. */
    private static final class Share {
        private final Life life;
        private long acked;
        private long firstOffset = UNKNOWN_OFFSET;
        private long lastOffset = UNKNOWN_OFFSET;

        private Share(Life life) {
            this.life = life;
        }
    }

    /** One session's events. */
    final class OfSession {
        private final List<Share> shares = new ArrayList<>();
        private Share newest;

        private OfSession() {}

        /** Counts one event. Kafka's client calls back in the order of offsets, so one that goes back is of another log. */
        void acked(RecordMetadata metadata) {
            synchronized (AckedLogs.this) {
                long offset = metadata.hasOffset() ? metadata.offset() : UNKNOWN_OFFSET;
                Life life = lifeAt(metadata.partition(), offset);
                if (newest == null || newest.life != life) {
                    newest = shareOf(life);
                }
                newest.acked++;
                if (offset != UNKNOWN_OFFSET) {
                    newest.firstOffset = newest.firstOffset == UNKNOWN_OFFSET ? offset : newest.firstOffset;
                    newest.lastOffset = offset;
                }
            }
        }

        /** Every log that has acknowledged an event of this session, oldest first. */
        List<AckedLog> toRecords() {
            synchronized (AckedLogs.this) {
                return shares.stream()
                        .map(share -> new AckedLog(
                                share.life.topicId,
                                share.life.partition,
                                share.acked,
                                share.firstOffset,
                                share.lastOffset))
                        .toList();
            }
        }

        private Share shareOf(Life life) {
            for (Share share : shares) {
                if (share.life == life) {
                    return share;
                }
            }
            Share share = new Share(life);
            shares.add(share);
            return share;
        }
    }

    private final Map<Integer, Life> lives = new HashMap<>();
    private final Map<String, OfSession> sessions = new HashMap<>();
    private String topicId = "";
    private boolean doubtful = true; // until somebody has looked

    /** Where the events of one session go. */
    synchronized OfSession of(String host, long session) {
        return sessions.computeIfAbsent(host + '/' + session, first -> new OfSession());
    }

    /** Whether Kafka's id of the topic may have changed since it was looked up. */
    synchronized boolean isDoubtful() {
        return doubtful;
    }

    /** Kafka's id of the topic as it is now. */
    synchronized void topicId(String id) {
        doubtful = false;
        if (!topicId.isEmpty() && !topicId.equals(id)) {
            lives.clear(); // the events that come next are of another topic
        }
        topicId = id;
        lives.values().stream().filter(life -> life.topicId.isEmpty()).forEach(life -> life.topicId = id);
    }

    private Life lifeAt(int partition, long offset) {
        Life life = lives.get(partition);
        if (life != null && offset != UNKNOWN_OFFSET && offset <= life.lastOffset) {
            topicId = "";
            doubtful = true;
            life = null;
        }
        if (life == null) {
            life = new Life(partition, topicId);
            lives.put(partition, life);
        }
        if (offset != UNKNOWN_OFFSET) {
            life.lastOffset = offset;
        }
        return life;
    }
}
