package io.skbstream.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a person reads of a Kafka that does not take everything: nothing that is not so. */
class ComplaintsTest {

    private static final KafkaSettings KAFKA = new KafkaSettings("127.0.0.1:1", Map.of());
    private static final TopicSetup EVENTS = new TopicSetup(KAFKA, "t", Optional.empty(), Optional.empty(), Map.of());
    private static final Exception REFUSED = new TopicAuthorizationException("not authorized");

    private final Logger log = (Logger) LoggerFactory.getLogger(Complaints.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Complaints complaints = new Complaints(KAFKA, EVENTS.topic());

    @BeforeEach
    void listen() {
        lines.start();
        log.setLevel(Level.INFO);
        log.addAppender(lines);
    }

    @AfterEach
    void stop() {
        log.detachAppender(lines);
        log.setLevel(null);
    }

    @Test
    void eventsGoToTheSpoolWhereTheirTopicIsRefused() {
        complaints.tell(EVENTS.explain(REFUSED, KAFKA.identity()));

        saidOnce("topic t is not there for this client", "; events wait in the spool meanwhile");
    }

    @Test
    void eventsDoNotWaitWhereOnlyTheLedgersTopicIsRefused() {
        complaints.tell(EVENTS.forLedger("ledgers").explain(REFUSED, KAFKA.identity()));

        saidOnce(
                "topic ledgers is not there for this client",
                "; events do not wait for it, but nothing accounts for them until a ledger is taken");
    }

    @Test
    void everythingWaitsWhereNoBrokerAnswersWhicheverTopicWasAskedFor() {
        complaints.tell(EVENTS.forLedger("ledgers").explain(new TimeoutException("timed out"), KAFKA.identity()));

        saidOnce("no Kafka broker answers at 127.0.0.1:1", "; events wait in the spool meanwhile");
    }

    @Test
    void aTopicThatIsNotForThisClientIsNotABrokerThatDoesNotAnswer() {
        complaints.tell(EVENTS.explain(REFUSED, KAFKA.identity()));
        lines.list.clear();
        noteThatTheTopicIsUnknown();
        complaints.tellNoted();
        assertThat(lines.list).isEmpty();

        noteThatTheTopicIsUnknown();
        complaints.topicIsThere();
        complaints.tellNoted();
        assertThat(lines.list).as("of the time before the topic was there").isEmpty();

        noteThatTheTopicIsUnknown();
        complaints.tellNoted();
        saidOnce("Kafka does not take events now (topic t): no broker at 127.0.0.1:1 answers, or not in time");
    }

    @Test
    void aRefusalIsToldThoughTheClientThenNoLongerKnowsTheTopic() {
        complaints.note(EVENTS.topic(), REFUSED, KAFKA.identity());
        noteThatTheTopicIsUnknown();
        complaints.tellNoted();

        saidOnce("(topic t): User:ANONYMOUS may not write to", "; they wait in the spool meanwhile");
    }

    @Test
    void eventsThatAreRefusedForGoodAreToldWithWhatMendsIt() {
        complaints.refused(EVENTS.topic(), new RecordTooLargeException("The request included a message larger."));

        saidOnce(
                "Kafka refuses events for good (topic t): RecordTooLargeException: The request included a message larger;"
                        + " raise the topic's max.message.bytes; they are counted and kept in rejected/");
    }

    @Test
    void ledgersThatAreRefusedForGoodAreAsLoudAndOnceAMinute() {
        for (int i = 0; i < 3; i++) {
            complaints.refused("ledgers", new InvalidTimestampException("out of range"));
        }

        saidOnce(
                "Kafka refuses ledgers for good (topic ledgers): InvalidTimestampException: the timestamp is further",
                "message.timestamp.difference.max.ms; events do not wait for it, but nothing accounts for them");
    }

    @Test
    void whatIsOlderThanTheRecoveryIsNotSaidAfterIt() {
        long askedNs = System.nanoTime();
        noteThatTheTopicIsUnknown();
        complaints.recovered();
        complaints.tellNoted();
        complaints.tell(EVENTS.explain(new TimeoutException("timed out"), KAFKA.identity()), askedNs);
        saidOnce("Kafka takes events again");

        noteThatTheTopicIsUnknown();
        complaints.tellNoted();
        assertThat(lines.list).as("what comes after it is").hasSize(2);
    }

    private void noteThatTheTopicIsUnknown() {
        complaints.note(
                EVENTS.topic(), new TimeoutException("Topic t not present in metadata after 0 ms."), KAFKA.identity());
    }

    private void saidOnce(String... words) {
        assertThat(lines.list).singleElement().satisfies(line -> assertThat(line.getFormattedMessage())
                .contains(words));
    }
}
