package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeliveriesTest {

    private final Deliveries deliveries = new Deliveries();

    @Test
    void anEventIsInFlightUntilKafkaTellsWhatBecameOfIt() {
        send(4);
        assertThat(deliveries.inFlight()).isEqualTo(4);

        deliveries.onCompletion(null, null);
        assertThat(deliveries.inFlight()).isEqualTo(3);
        deliveries.onCompletion(null, new RecordTooLargeException());
        assertThat(deliveries.inFlight()).isEqualTo(2);
        deliveries.onCompletion(null, new TimeoutException());
        assertThat(deliveries.inFlight()).isEqualTo(1);
        deliveries.onCompletion(null, null);

        assertThat(deliveries.inFlight()).isZero();
        assertThat(deliveries.acked()).isEqualTo(2);
        assertThat(deliveries.rejected()).isEqualTo(1);
        assertThat(deliveries.undelivered()).isEqualTo(1);
    }

    static Stream<Exception> refusals() {
        return Stream.of(
                new RecordTooLargeException("too large"),
                new TopicAuthorizationException("no Write"),
                new InvalidTopicException("bad name"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatTheBrokerRefusesForGoodIsRejectedByThatReason(Exception refusal) {
        send(1);
        deliveries.onCompletion(null, refusal);

        assertThat(deliveries.rejectedBy()).isEqualTo(Map.of(refusal.getClass().getSimpleName(), 1L));
        assertThat(deliveries.undelivered()).isZero();
    }

    /** A forced close of the producer ends with a plain KafkaException for each record that it still has. */
    static Stream<Exception> failures() {
        return Stream.of(
                new TimeoutException("expired"),
                new NotEnoughReplicasException("one of three"),
                new NotLeaderOrFollowerException("moved"),
                new UnknownTopicOrPartitionException("deleted"),
                new KafkaException("Producer is closed forcefully."));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatKafkaCouldNotTakeInTimeIsUndelivered(Exception failure) {
        send(1);
        deliveries.onCompletion(null, failure);

        assertThat(deliveries.undelivered()).isEqualTo(1);
        assertThat(deliveries.rejected()).isZero();
    }

    @Test
    void rejectionsAreCountedByReasonInAlphabeticalOrder() {
        send(3);
        deliveries.onCompletion(null, new RecordTooLargeException());
        deliveries.onCompletion(null, new InvalidTopicException());
        deliveries.onCompletion(null, new RecordTooLargeException());

        assertThat(deliveries.rejectedBy())
                .containsExactly(Map.entry("InvalidTopicException", 1L), Map.entry("RecordTooLargeException", 2L));
        assertThat(deliveries.rejected()).isEqualTo(3);
    }

    private void send(int events) {
        for (int i = 0; i < events; i++) {
            deliveries.sent();
        }
    }
}
