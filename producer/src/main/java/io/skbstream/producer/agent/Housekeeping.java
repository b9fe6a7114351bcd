package io.skbstream.producer.agent;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.duty.Duty;
import io.skbstream.producer.publish.ClusterVisit;
import io.skbstream.producer.publish.Guards;
import io.skbstream.producer.publish.KafkaLink;
import io.skbstream.producer.publish.LedgerTopic;
import io.skbstream.producer.publish.TopicSetup;
import io.skbstream.producer.spool.Spool;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The housekeeping thread, which may wait for disk and Kafka: each second it puts the spool and its account on the disk, every
 * ten it sends the ledger, and it looks after the topics.
 */
final class Housekeeping implements Duty {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final long STEP_NS = Duration.ofMillis(100).toNanos();
    private static final long NOTE_EVERY_NS = Duration.ofSeconds(1).toNanos();
    private static final long LEDGER_EVERY_NS = Duration.ofSeconds(10).toNanos();
    private static final long TOPIC_EVERY_NS = Duration.ofMinutes(1).toNanos();
    private static final long DOUBTFUL_TOPIC_EVERY_NS = Duration.ofSeconds(5).toNanos();

    private final Account account;
    private final Spool spool;
    private final KafkaLink kafka;
    private final Guards guards;
    private final LedgerTopic ledgers;
    private final TopicSetup topic;
    private final TopicSetup ledgerTopic;
    private final long startNs = System.nanoTime();
    private long noteAtNs = startNs;
    private long ledgerAtNs = startNs;
    private long topicAtNs = startNs + TOPIC_EVERY_NS; // the first contact was just now
    private long doubtfulTopicAtNs = startNs;

    Housekeeping(
            AgentSettings settings, Account account, Spool spool, KafkaLink kafka, Guards guards, LedgerTopic ledgers) {
        this.account = account;
        this.spool = spool;
        this.kafka = kafka;
        this.guards = guards;
        this.ledgers = ledgers;
        this.topic = settings.topic();
        this.ledgerTopic = settings.topic().forLedger(settings.ledgerTopic());
    }

    @Override
    public int doWork() {
        long nowNs = System.nanoTime();
        int done = 0;
        if (nowNs - noteAtNs >= 0) {
            noteAtNs = nowNs + NOTE_EVERY_NS;
            spool.sync();
            AgentLedger now = account.record(SessionState.RUNNING);
            spool.note(now);
            done++;
            if (nowNs - ledgerAtNs >= 0) {
                ledgerAtNs = nowNs + LEDGER_EVERY_NS;
                send(now);
            }
        }
        boolean doubtful = (kafka.isTopicDoubtful() || !guards.isClosed()) && nowNs - doubtfulTopicAtNs >= 0;
        if (doubtful || nowNs - topicAtNs >= 0) {
            lookAfterTopics();
            topicAtNs = System.nanoTime() + TOPIC_EVERY_NS;
            doubtfulTopicAtNs = System.nanoTime() + DOUBTFUL_TOPIC_EVERY_NS;
            done++;
        }
        if (done == 0) {
            LockSupport.parkNanos(STEP_NS);
        }
        return done;
    }

    @Override
    public boolean isDrained() {
        return true;
    }

    @Override
    public void close(long deadlineNs) {
        // Whoever ends the agent does all of it once more, when every count is final.
    }

    /** The current session's ledger, and those of earlier ones that Kafka does not have yet. */
    void send(AgentLedger current) {
        ledgers.send(current, acked -> {});
        for (AgentLedger earlier : spool.earlier()) {
            ledgers.send(earlier, acked -> spool.published(acked.getHost(), acked.getSession()));
        }
    }

    private void lookAfterTopics() {
        try (ClusterVisit visit = new ClusterVisit(topic.kafka())) {
            kafka.topicId(FirstContact.found(visit, topic).id());
            FirstContact.found(visit, ledgerTopic);
        } catch (AgentException refused) { // what it means for the events, the publish thread says
            LOG.debug("topics not looked up", refused);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
