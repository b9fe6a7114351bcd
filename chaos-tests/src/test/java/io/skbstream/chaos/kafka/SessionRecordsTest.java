package io.skbstream.chaos.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SessionRecordsTest {

    @Test
    void anEventThatComesAgainIsADuplicateEachTimeAndRepeatedOnce() {
        SessionRecords records = records(0, 1, 2, 1, 1);
        assertThat(records.records()).isEqualTo(5);
        assertThat(records.distinct()).isEqualTo(3);
        assertThat(records.duplicates()).isEqualTo(2);
        assertThat(records.repeated()).isEqualTo(1);
        assertThat(records.outOfOrder()).isZero();
    }

    @Test
    void anEventBehindALaterOneOfItsCpuAndPartitionIsOutOfOrder() {
        SessionRecords records = records(5, 3, 4, 6);
        records.add(0, 1, 0, "");
        records.add(1, 0, 0, "");
        assertThat(records.outOfOrder()).isEqualTo(2);
    }

    private static SessionRecords records(long... sequence) {
        SessionRecords records = new SessionRecords();
        for (long seq : sequence) {
            records.add(0, 0, seq, "");
        }
        return records;
    }
}
