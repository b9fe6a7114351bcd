package io.skbstream.producer.agent;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.capture.NetifReceiveProbe;
import io.skbstream.producer.duty.Duty;
import io.skbstream.producer.publish.ClusterVisit;
import io.skbstream.producer.publish.Guards;
import io.skbstream.producer.publish.KafkaLink;
import io.skbstream.producer.publish.LedgerTopic;
import io.skbstream.producer.publish.OtherAgents;
import io.skbstream.producer.publish.TopicSetup;
import io.skbstream.producer.spool.Spool;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The reporting thread, which may wait for Kafka: it makes the first contact, every ten seconds it sends the ledger, and it looks
 * after the topics, the ports that Kafka advertises and, while the breaker is not closed, the client.
 */
final class Reporting implements Duty {

    private static final long STEP_NS = Duration.ofMillis(100).toNanos();
    private static final long LEDGER_EVERY_NS = Duration.ofSeconds(10).toNanos();
    private static final long TOPIC_EVERY_NS = Duration.ofMinutes(1).toNanos();
    private static final long DOUBTFUL_TOPIC_EVERY_NS = Duration.ofSeconds(5).toNanos();

    /** Longer than the client takes to give up on an event, by default, but by a clock that nobody sets. */
    private static final long STALLED_NS = Duration.ofSeconds(45).toNanos();

    /** How long the client in use may go on failing with a Kafka that answers others. */
    private static final long PATIENCE_NS = Duration.ofSeconds(10).toNanos();

    /** How long a new client may take to find the topic, of a Kafka that answered just now. */
    private static final Duration NEW_CLIENT = Duration.ofSeconds(5);

    private static final long OTHER_AGENTS_FIRST_NS = Duration.ofSeconds(15).toNanos();
    private static final long OTHER_AGENTS_EVERY_NS = Duration.ofMinutes(10).toNanos();

    private final Account account;
    private final Spool spool;
    private final KafkaLink kafka;
    private final Guards guards;
    private final LedgerTopic ledgers;
    private final TopicSetup topic;
    private final TopicSetup ledgerTopic;
    private final String host;
    private final long session;
    private final OtherAgents otherAgents;
    private final OwnPorts ownPorts;
    private final NetifReceiveProbe probe;
    private FirstContact firstContact; // null once it was made
    private long ledgerAtNs;
    private long topicAtNs;
    private long otherAgentsAtNs;
    private long doubtfulTopicAtNs;
    private long fineNs;

    Reporting(
            AgentSettings settings,
            long session,
            Account account,
            Spool spool,
            KafkaLink kafka,
            Guards guards,
            LedgerTopic ledgers,
            OwnPorts ownPorts,
            NetifReceiveProbe probe) {
        this.account = account;
        this.spool = spool;
        this.kafka = kafka;
        this.guards = guards;
        this.ledgers = ledgers;
        this.topic = settings.topic();
        this.host = settings.host();
        this.session = session;
        this.otherAgents = new OtherAgents(settings.topic().kafka(), settings.ledgerTopic(), settings.host());
        this.ledgerTopic = settings.topic().forLedger(settings.ledgerTopic());
        this.ownPorts = ownPorts;
        this.probe = probe;
        this.firstContact = new FirstContact(settings, kafka, ownPorts, probe);
    }

    @Override
    public int doWork() {
        if (firstContact != null) {
            makeFirstContact();
            return 1;
        }
        long nowNs = System.nanoTime();
        kafka.acknowledgements().tell(guards.isClosed());
        if (nowNs - ledgerAtNs >= 0) {
            ledgerAtNs = nowNs + LEDGER_EVERY_NS;
            send(account.record(SessionState.RUNNING));
            return 1;
        }
        if (!isInTrouble()) {
            fineNs = nowNs;
        }
        if (isDoubtful() && nowNs - doubtfulTopicAtNs >= 0 || nowNs - topicAtNs >= 0) {
            lookAfterTopics();
            topicAtNs = System.nanoTime() + TOPIC_EVERY_NS;
            doubtfulTopicAtNs = System.nanoTime() + DOUBTFUL_TOPIC_EVERY_NS;
            return 1;
        }
        if (!isInTrouble() && nowNs - otherAgentsAtNs >= 0) {
            lookForMistakes();
            otherAgentsAtNs =
                    System.nanoTime() + (otherAgents.hasCompared() ? OTHER_AGENTS_EVERY_NS : OTHER_AGENTS_FIRST_NS);
            return 1;
        }
        kafka.complaints().tellNoted(); // with what the visit of the topics found out
        LockSupport.parkNanos(STEP_NS);
        return 0;
    }

    @Override
    public boolean isDrained() {
        return true;
    }

    @Override
    public void close(long deadlineNs) {
        kafka.met(); // or it never will be
        // Whoever ends the agent sends the last word, when every count is final.
    }

    /** The current session's ledger, and those of earlier ones that Kafka does not have yet. */
    void send(AgentLedger current) {
        ledgers.send(current, acked -> {});
        for (AgentLedger earlier : spool.earlier()) {
            ledgers.send(earlier, spool::published);
        }
    }

    private void makeFirstContact() {
        try {
            firstContact.make();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            firstContact = null;
            ledgerAtNs = System.nanoTime();
            topicAtNs = ledgerAtNs + TOPIC_EVERY_NS;
            doubtfulTopicAtNs = ledgerAtNs + DOUBTFUL_TOPIC_EVERY_NS;
            otherAgentsAtNs = ledgerAtNs;
            fineNs = ledgerAtNs;
        }
    }

    private boolean isDoubtful() {
        return kafka.isTopicDoubtful() || isInTrouble();
    }

    private boolean isInTrouble() {
        return kafka.isAbsent()
                || !guards.isClosed()
                || kafka.acknowledgements().stalledNs() > STALLED_NS;
    }

    private void lookAfterTopics() {
        long startNs = System.nanoTime();
        try (ClusterVisit visit = new ClusterVisit(topic.kafka())) {
            kafka.topicId(FirstContact.found(visit, topic).id());
            ownPorts.excludeAdvertised(probe, visit);
            if (isInTrouble()) {
                tryNewClient();
            }
            FirstContact.findLedgerTopic(kafka, visit, ledgerTopic);
            kafka.found();
        } catch (AgentException refused) {
            kafka.complaints().tell(refused, startNs);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever spoils the stream without failing anything; seen only where this client may look. */
    private void lookForMistakes() {
        try (ClusterVisit visit = new ClusterVisit(topic.kafka())) {
            if (visit.isCompacted(topic.topic())) {
                kafka.complaints().topicIsCompacted();
            }
            Set<Long> own =
                    spool.earlier().stream().map(AgentLedger::getSession).collect(Collectors.toSet());
            own.add(session);
            otherAgents.look(own).ifPresent(other -> kafka.complaints().otherAgent(host, other));
        } catch (AgentException notNow) { // the next look after the topics says it
            return;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kafka's client counts time by the wall clock: one that is set back can keep it from trying, or giving up, for as long. */
    private void tryNewClient() {
        if (System.nanoTime() - fineNs > PATIENCE_NS) {
            kafka.suspect();
        }
        if (kafka.renewIfBroken(NEW_CLIENT)) {
            LockSupport.parkNanos(STEP_NS); // what the old client had lands first, and counts against nobody new
            guards.probeNow();
            fineNs = System.nanoTime();
        }
    }
}
