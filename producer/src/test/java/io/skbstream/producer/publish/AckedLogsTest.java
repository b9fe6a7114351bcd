package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AckedLog;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class AckedLogsTest {

    private final AckedLogs logs = new AckedLogs();

    @Test
    void offsetsThatGrowAreOfOneLog() {
        logs.topicId("a");
        acked(0, 7, 8, 12);

        assertThat(logs.toRecords()).containsExactly(log("a", 0, 3, 7L, 12L));
        assertThat(logs.isDoubtful()).isFalse();
    }

    @Test
    void anOffsetThatGoesBackIsOfAnotherLogWhoseTopicIsToBeLookedUp() {
        logs.topicId("a");
        acked(0, 7, 8, 0, 1);

        assertThat(logs.isDoubtful()).isTrue();
        assertThat(logs.toRecords()).containsExactly(log("a", 0, 2, 7L, 8L), log("", 0, 2, 0L, 1L));

        logs.topicId("b");
        acked(0, 2);

        assertThat(logs.isDoubtful()).isFalse();
        assertThat(logs.toRecords()).containsExactly(log("a", 0, 2, 7L, 8L), log("b", 0, 3, 0L, 2L));
    }

    @Test
    void anotherIdIsAnotherLogEvenIfOffsetsWouldGoOn() {
        logs.topicId("a");
        acked(0, 0, 1);
        logs.topicId("b");
        acked(0, 5);

        assertThat(logs.toRecords()).containsExactly(log("a", 0, 2, 0L, 1L), log("b", 0, 1, 5L, 5L));
    }

    @Test
    void theSameIdAgainChangesNothing() {
        logs.topicId("a");
        acked(0, 0);
        logs.topicId("a");
        acked(0, 1);

        assertThat(logs.toRecords()).containsExactly(log("a", 0, 2, 0L, 1L));
    }

    @Test
    void anIdThatWasNotKnownAtFirstIsFilledIn() {
        acked(0, 0);
        logs.topicId("a");

        assertThat(logs.toRecords()).containsExactly(log("a", 0, 1, 0L, 0L));
    }

    @Test
    void eachPartitionHasLogsOfItsOwn() {
        logs.topicId("a");
        acked(0, 5);
        acked(1, 2);
        acked(0, 6);
        acked(1, 3);

        assertThat(logs.toRecords()).containsExactly(log("a", 0, 2, 5L, 6L), log("a", 1, 2, 2L, 3L));
    }

    @Test
    void anAcknowledgementWithoutAnOffsetCountsAndMovesNothing() {
        logs.topicId("a");
        acked(0, 5, -1, 6);

        assertThat(logs.toRecords()).containsExactly(log("a", 0, 3, 5L, 6L));
    }

    private static AckedLog log(String topicId, int partition, long acked, long firstOffset, long lastOffset) {
        return new AckedLog(topicId, partition, acked, firstOffset, lastOffset);
    }

    private void acked(int partition, long... offsets) {
        for (long offset : offsets) {
            logs.acked(new RecordMetadata(new TopicPartition("t", partition), offset, 0, 0, 0, 0));
        }
    }
}
