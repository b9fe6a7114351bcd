package io.skbstream.producer.agent;

import io.skbstream.producer.capture.NetifReceiveProbe;
import io.skbstream.producer.capture.ProbeSettings;
import io.skbstream.producer.libbpf.NetworkNamespace;
import io.skbstream.producer.publish.ClusterVisit;
import io.skbstream.producer.publish.LocalBrokers;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the TCP ports of the agent's own traffic on this host, for the kernel to leave them out: of its metrics, of the configured
 * addresses of Kafka and the registry, and of what Kafka advertises. Finds none unless {@code --exclude-ports} is {@code auto}. Used
 * by one thread at a time.
 */
final class OwnPorts {

    private static final Logger LOG = LoggerFactory.getLogger(OwnPorts.class);

    /** How long the start waits for a name server. An IP address, or a name in /etc/hosts, needs none. */
    private static final long LOOKUP_MS = 200;

    private final AgentSettings settings;
    private final OptionalInt metricsPort;
    private final String servers;
    private final List<String> registries;
    private final CountDownLatch looked = new CountDownLatch(1);
    private volatile LocalBrokers configured = LocalBrokers.NONE;
    private List<String> advertised = List.of();
    private Set<Integer> excluded = Set.of();
    private Set<Integer> beyond = Set.of();

    /**
     * Begins to look the configured addresses up.
     *
     * @param metricsPort where the agent is read over HTTP
     */
    OwnPorts(AgentSettings settings, OptionalInt metricsPort) {
        this.settings = settings;
        this.metricsPort = metricsPort;
        this.servers = settings.topic().kafka().bootstrapServers();
        this.registries = settings.topic().kafka().registryAddresses();
        if (settings.findsOwnPorts()) {
            Thread lookup = new Thread(this::lookUp, "lookup");
            lookup.setDaemon(true); // a name server's silence must not keep the agent from its end
            lookup.start();
        }
    }

    /** The probe's settings, without the traffic of the metrics, and of the configured addresses that are known in time. */
    ProbeSettings inProbe() throws InterruptedException {
        if (!settings.findsOwnPorts()) {
            return settings.probe();
        }
        looked.await(LOOKUP_MS, TimeUnit.MILLISECONDS);
        take(configured);
        return settings.probe().excluding(excluded, NetworkNamespace.currentInode());
    }

    /** Leaves out the configured addresses that came too late for {@link #inProbe}. Takes as long as the name server does. */
    void excludeConfigured(NetifReceiveProbe probe) throws InterruptedException {
        if (settings.findsOwnPorts()) {
            looked.await();
            exclude(probe, configured);
        }
    }

    /**
     * Leaves out what the cluster advertises as of now, too.
     *
     * @throws io.skbstream.producer.publish.KafkaAwayException if the cluster does not answer
     */
    void excludeAdvertised(NetifReceiveProbe probe, ClusterVisit visit) throws InterruptedException {
        if (!settings.findsOwnPorts()) {
            return;
        }
        List<String> now = visit.advertised();
        if (!now.equals(advertised)) {
            advertised = now;
            exclude(probe, local(now));
        }
    }

    private void lookUp() {
        try {
            configured = local(List.of());
        } finally {
            looked.countDown();
        }
    }

    private LocalBrokers local(List<String> advertisedNow) {
        return LocalBrokers.among(
                servers,
                Stream.concat(advertisedNow.stream(), registries.stream()).toList(),
                ProbeSettings.MAX_EXCLUDED_PORTS - (metricsPort.isPresent() ? 1 : 0));
    }

    private void exclude(NetifReceiveProbe probe, LocalBrokers local) {
        if (take(local)) {
            probe.exclude(excluded);
        }
    }

    /** @return whether other ports are to be left out than before */
    private boolean take(LocalBrokers local) {
        if (!beyond.equals(local.beyond())) {
            beyond = local.beyond();
            LOG.warn(
                    "TCP ports {} on lo are Kafka's or the registry's too, but no more than {} can be left out: their packets are captured",
                    beyond,
                    ProbeSettings.MAX_EXCLUDED_PORTS);
        }
        Set<Integer> ports = new TreeSet<>(local.ports());
        metricsPort.ifPresent(ports::add);
        if (ports.equals(excluded)) {
            return false;
        }
        excluded = ports;
        LOG.info("not captured: the agent's own traffic, TCP ports {} on lo", ports);
        return true;
    }
}
