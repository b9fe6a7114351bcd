package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailureKindTest {

    static Stream<Exception> ofRecords() {
        return Stream.of(
                new RecordTooLargeException("too large"),
                new InvalidRecordException("no key in a compacted topic"),
                new InvalidTimestampException("too old"));
    }

    @ParameterizedTest
    @MethodSource("ofRecords")
    void whatIsWrongWithOneRecordIsNoReasonToDoubtKafka(Exception failure) {
        assertThat(FailureKind.of(failure)).isEqualTo(FailureKind.RECORD);
        assertThat(FailureKind.asksForNewClient(failure)).isFalse();
    }

    static Stream<Exception> ofConnections() {
        return Stream.of(
                new SaslAuthenticationException("wrong password"),
                new SslAuthenticationException("unknown authority"),
                new TopicAuthorizationException("no Write"),
                new ClusterAuthorizationException("no IdempotentWrite"));
    }

    @ParameterizedTest
    @MethodSource("ofConnections")
    void whatSomebodyHasToMendIsOfTheConnectionAndNotOfTheEvent(Exception failure) {
        assertThat(FailureKind.of(failure)).isEqualTo(FailureKind.CONNECTION);
        assertThat(FailureKind.asksForNewClient(failure)).isTrue();
    }

    static Stream<Exception> ofMoments() {
        return Stream.of(
                new TimeoutException("expired"),
                new NotEnoughReplicasException("one of three"),
                new NotLeaderOrFollowerException("moved"),
                new UnknownTopicOrPartitionException("deleted"));
    }

    @ParameterizedTest
    @MethodSource("ofMoments")
    void whatKafkaCannotTakeNowItMayTakeLaterFromTheSameClient(Exception failure) {
        assertThat(FailureKind.of(failure)).isEqualTo(FailureKind.MOMENT);
        assertThat(FailureKind.asksForNewClient(failure)).isFalse();
    }

    static Stream<Exception> ofClients() {
        return Stream.of(
                new KafkaException("Producer is closed forcefully."),
                new IllegalStateException("Cannot perform operation after producer has been closed"));
    }

    @ParameterizedTest
    @MethodSource("ofClients")
    void aClientInAStateThatItMayNotLeaveIsReplacedAndTheEventTriedAgain(Exception failure) {
        assertThat(FailureKind.of(failure)).isEqualTo(FailureKind.MOMENT);
        assertThat(FailureKind.asksForNewClient(failure)).isTrue();
    }
}
