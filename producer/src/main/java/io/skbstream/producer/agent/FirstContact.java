package io.skbstream.producer.agent;

import io.skbstream.producer.capture.ProbeSettings;
import io.skbstream.producer.libbpf.NetworkNamespace;
import io.skbstream.producer.publish.ClusterVisit;
import io.skbstream.producer.publish.KafkaAwayException;
import io.skbstream.producer.publish.KafkaLink;
import io.skbstream.producer.publish.LocalBrokers;
import io.skbstream.producer.publish.TopicSetup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent meets Kafka and the schema registry, before it captures: the topics are made, the schemas registered, and what is the agent's own traffic is found out. */
final class FirstContact {

    private static final Logger LOG = LoggerFactory.getLogger(FirstContact.class);
    private static final Duration WARM_UP = Duration.ofSeconds(15); // a moment, but in an emulator

    private FirstContact() {}

    /**
     * Without Kafka the agent captures all the same, so that it is away is only said.
     *
     * @param metricsPort where the agent is read over HTTP
     * @return the probe's settings, without the agent's own traffic
     * @throws io.skbstream.producer.AgentException if a client setting is not valid
     */
    static ProbeSettings make(AgentSettings settings, KafkaLink kafka, OptionalInt metricsPort)
            throws InterruptedException {
        List<String> brokers = new ArrayList<>();
        try (ClusterVisit visit = new ClusterVisit(settings.topic().kafka())) {
            kafka.topicId(found(visit, settings.topic()).id());
            found(visit, settings.topic().forLedger(settings.ledgerTopic()));
            if (settings.findsOwnPorts()) {
                brokers.addAll(visit.advertised());
            }
            kafka.warmUp(WARM_UP);
        } catch (KafkaAwayException away) {
            kafka.complaints().tell(away);
        }
        kafka.schemaIds().ask();
        brokers.addAll(settings.topic().kafka().registryAddresses());
        return settings.findsOwnPorts() ? without(settings, brokers, metricsPort) : settings.probe();
    }

    /** A topic that is there, or is now. */
    static TopicSetup.Topic found(ClusterVisit visit, TopicSetup topic) throws InterruptedException {
        TopicSetup.Topic found = visit.ensure(topic);
        if (found.created()) {
            LOG.info("created topic {}", topic.topic());
        }
        return found;
    }

    private static ProbeSettings without(AgentSettings settings, List<String> brokers, OptionalInt metricsPort) {
        String servers = settings.topic().kafka().bootstrapServers();
        int limit = ProbeSettings.MAX_EXCLUDED_PORTS - (metricsPort.isPresent() ? 1 : 0);
        LocalBrokers local = LocalBrokers.among(servers, brokers, limit);
        if (!local.beyond().isEmpty()) {
            LOG.warn(
                    "TCP ports {} on lo are Kafka's or the registry's too, but no more than {} can be left out: their packets are captured",
                    local.beyond(),
                    ProbeSettings.MAX_EXCLUDED_PORTS);
        }
        Set<Integer> ports = new TreeSet<>(local.ports());
        metricsPort.ifPresent(ports::add);
        if (!ports.isEmpty()) {
            LOG.info("not captured: the agent's own traffic, TCP ports {} on lo", ports);
        }
        return settings.probe().excluding(ports, NetworkNamespace.currentInode());
    }
}
