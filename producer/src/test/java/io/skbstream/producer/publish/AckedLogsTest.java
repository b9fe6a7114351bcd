package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AckedLog;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class AckedLogsTest {

    private final AckedLogs logs = new AckedLogs();
    private final AckedLogs.OfSession session = logs.of("h", 1);

    @Test
    void offsetsThatGrowAreOfOneLog() {
        logs.topicId("a");
        acked(0, 7, 8, 12);

        assertThat(session.toRecords()).containsExactly(log("a", 0, 3, 7L, 12L));
        assertThat(logs.isDoubtful()).isFalse();
    }

    @Test
    void anOffsetThatGoesBackIsOfAnotherLogWhoseTopicIsToBeLookedUp() {
        logs.topicId("a");
        acked(0, 7, 8, 0, 1);

        assertThat(logs.isDoubtful()).isTrue();
        assertThat(session.toRecords()).containsExactly(log("a", 0, 2, 7L, 8L), log("", 0, 2, 0L, 1L));

        logs.topicId("b");
        acked(0, 2);

        assertThat(logs.isDoubtful()).isFalse();
        assertThat(session.toRecords()).containsExactly(log("a", 0, 2, 7L, 8L), log("b", 0, 3, 0L, 2L));
    }

    @Test
    void anotherIdIsAnotherLogEvenIfOffsetsWouldGoOn() {
        logs.topicId("a");
        acked(0, 0, 1);
        logs.topicId("b");
        acked(0, 5);

        assertThat(session.toRecords()).containsExactly(log("a", 0, 2, 0L, 1L), log("b", 0, 1, 5L, 5L));
    }

    @Test
    void theSameIdAgainChangesNothing() {
        logs.topicId("a");
        acked(0, 0);
        logs.topicId("a");
        acked(0, 1);

        assertThat(session.toRecords()).containsExactly(log("a", 0, 2, 0L, 1L));
    }

    @Test
    void anIdThatWasNotKnownAtFirstIsFilledIn() {
        acked(0, 0);
        logs.topicId("a");

        assertThat(session.toRecords()).containsExactly(log("a", 0, 1, 0L, 0L));
    }

    @Test
    void eachPartitionHasLogsOfItsOwn() {
        logs.topicId("a");
        acked(0, 5);
        acked(1, 2);
        acked(0, 6);
        acked(1, 3);

        assertThat(session.toRecords()).containsExactly(log("a", 0, 2, 5L, 6L), log("a", 1, 2, 2L, 3L));
    }

    @Test
    void anAcknowledgementWithoutAnOffsetCountsAndMovesNothing() {
        logs.topicId("a");
        acked(0, 5, -1, 6);

        assertThat(session.toRecords()).containsExactly(log("a", 0, 3, 5L, 6L));
    }

    @Test
    void aLogThatAnotherSessionSawBeginAnewIsAnotherOneForAll() {
        logs.topicId("a");
        acked(0, 0, 1, 2);
        logs.of("h", 2).acked(new RecordMetadata(new TopicPartition("t", 0), 0, 0, 0, 0, 0));
        acked(0, 3);

        assertThat(session.toRecords()).containsExactly(log("a", 0, 3, 0, 2), log("", 0, 1, 3, 3));
        assertThat(logs.of("h", 2).toRecords()).containsExactly(log("", 0, 1, 0, 0));
    }

    private static AckedLog log(String topicId, int partition, long acked, long firstOffset, long lastOffset) {
        return new AckedLog(topicId, partition, acked, firstOffset, lastOffset);
    }

    private void acked(int partition, long... offsets) {
        for (long offset : offsets) {
            session.acked(new RecordMetadata(new TopicPartition("t", partition), offset, 0, 0, 0, 0));
        }
    }
}
