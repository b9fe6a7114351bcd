package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.skbstream.producer.AgentException;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.junit.jupiter.api.Test;

/** What a person is told; that the topic is really looked up and created is proven against a broker. */
class TopicSetupTest {

    private static final TopicSetup SETUP = setup("broker:9092", Optional.of(6), Optional.of((short) 3));

    @Test
    void aBrokerThatDoesNotAnswerIsNamedWithWhatBecameOfTheEventsAndWhatToDo() {
        assertThat(explained(SETUP, new TimeoutException("timed out")))
                .hasMessage("no Kafka broker answers at broker:9092 within 10 s;"
                        + " start the broker, or correct --bootstrap-servers (or KAFKA_BOOTSTRAP_SERVERS)");
    }

    @Test
    void theTimeThatItHadIsTheUsersIfGiven() {
        KafkaSettings patient = new KafkaSettings("broker:9092", Map.of("default.api.timeout.ms", "60000"));

        assertThat(patient.silence(new TimeoutException("timed out"))).hasMessageContaining("within 60 s;");
    }

    @Test
    void onlyALoginByPasswordIsSaidToHaveAWrongOne() {
        Map<String, String> byToken = Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "OAUTHBEARER");
        var topic = new TopicSetup(
                new KafkaSettings("broker:9092", byToken), "t", Optional.empty(), Optional.empty(), Map.of());

        assertThat(explained(topic, new SaslAuthenticationException("token expired")))
                .hasMessage(
                        "no way into Kafka at broker:9092: the broker refuses this login by OAUTHBEARER (token expired);"
                                + " correct sasl.jaas.config and the other sasl.… settings");
    }

    @Test
    void aTopicThatMayNotBeCreatedIsToldWithTheCommandThatCreatesIt() {
        assertThat(explained(SETUP, new TopicAuthorizationException("not authorized")))
                .hasMessage("topic t is not there for this client, and it may not create it (not authorized);"
                        + " let someone who may run: kafka-topics.sh --bootstrap-server broker:9092 --create"
                        + " --topic t --partitions 6 --replication-factor 3, and allow this client Describe and Write"
                        + " on it: kafka-acls.sh --bootstrap-server broker:9092 --add --allow-principal"
                        + " 'User:ANONYMOUS' --operation Write --topic t");
    }

    @Test
    void theCommandNamesOnlyTheReplicationFactorThatWasAskedFor() {
        assertThat(explained(
                                setup("broker:9092", Optional.empty(), Optional.empty()),
                                new TopicAuthorizationException("not authorized"))
                        .getMessage())
                .contains("--partitions 1,")
                .doesNotContain("--replication-factor");
    }

    @Test
    void aBrokerWithoutDefaultsIsToldWithTheOptionsThatStandInForThem() {
        assertThat(explained(
                        setup("broker:9092", Optional.of(1), Optional.empty()),
                        new UnsupportedVersionException("needs version 4+")))
                .hasMessage(
                        "topic t is not there, and brokers before 2.4 at broker:9092 create none by their own defaults"
                                + " (needs version 4+); give --partitions and --replication-factor, or create it before");
    }

    @Test
    void anyOtherRefusalIsTheBrokersOwnWords() {
        assertThat(explained(SETUP, new InvalidReplicationFactorException("3 asked for, 1 broker")))
                .hasMessage("topic t cannot be used on broker:9092: 3 asked for, 1 broker");
    }

    @Test
    void bootstrapServersThatAreNoneAreToldBeforeAnythingIsTried() {
        assertThatExceptionOfType(AgentException.class)
                .isThrownBy(() -> new ClusterVisit(new KafkaSettings("no-port", Map.of())))
                .withMessageContaining("no-port")
                .withMessageContaining("correct --bootstrap-servers");
    }

    private static KafkaAwayException explained(TopicSetup topic, Exception failure) {
        return topic.explain(failure, topic.kafka().identity());
    }

    private static TopicSetup setup(
            String bootstrapServers, Optional<Integer> partitions, Optional<Short> replicationFactor) {
        return new TopicSetup(
                new KafkaSettings(bootstrapServers, Map.of()), "t", partitions, replicationFactor, Map.of());
    }
}
