package io.skbstream.producer.agent;

import io.skbstream.producer.capture.NetifReceiveProbe;
import io.skbstream.producer.publish.ClusterVisit;
import io.skbstream.producer.publish.KafkaAwayException;
import io.skbstream.producer.publish.KafkaLink;
import io.skbstream.producer.publish.TopicSetup;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent meets Kafka, while it captures already: the client is made, and the topics, and the kernel leaves out the ports that Kafka
 * advertises on this host. Until that is over, or has failed, events wait in memory. Used by one thread, which may wait.
 */
final class FirstContact {

    private static final Logger LOG = LoggerFactory.getLogger(FirstContact.class);
    static final Duration WARM_UP = Duration.ofSeconds(15); // a moment, but in an emulator

    private final AgentSettings settings;
    private final KafkaLink kafka;
    private final OwnPorts ownPorts;
    private final NetifReceiveProbe probe;

    FirstContact(AgentSettings settings, KafkaLink kafka, OwnPorts ownPorts, NetifReceiveProbe probe) {
        this.settings = settings;
        this.kafka = kafka;
        this.ownPorts = ownPorts;
        this.probe = probe;
    }

    /**
     * Without Kafka the agent captures all the same, so that it is away is only said.
     *
     * @throws io.skbstream.producer.AgentException if a client setting is not valid
     */
    void make() throws InterruptedException {
        try {
            ownPorts.excludeConfigured(probe); // before the first packet to them
            kafka.connect();
            try (ClusterVisit visit = new ClusterVisit(settings.topic().kafka())) {
                kafka.topicId(found(visit, settings.topic()).id());
                ownPorts.excludeAdvertised(probe, visit);
                findLedgerTopic(kafka, visit, settings.topic().forLedger(settings.ledgerTopic()));
            }
            kafka.warmUp(WARM_UP);
            kafka.found();
        } catch (KafkaAwayException away) {
            kafka.complaints().tell(away);
        } finally {
            kafka.met();
        }
    }

    /** Looks for the topic of ledgers. Only says so if Kafka keeps this client from it: events go on. */
    static void findLedgerTopic(KafkaLink kafka, ClusterVisit visit, TopicSetup ledgerTopic)
            throws InterruptedException {
        long askedNs = System.nanoTime();
        try {
            found(visit, ledgerTopic);
        } catch (KafkaAwayException refused) {
            if (!refused.isOfTopic()) {
                throw refused;
            }
            kafka.complaints().tell(refused, askedNs);
        }
    }

    /** A topic that is there, or is now. */
    static TopicSetup.Topic found(ClusterVisit visit, TopicSetup topic) throws InterruptedException {
        TopicSetup.Topic found = visit.ensure(topic);
        if (found.created()) {
            LOG.info("created topic {}", topic.topic());
        }
        return found;
    }
}
