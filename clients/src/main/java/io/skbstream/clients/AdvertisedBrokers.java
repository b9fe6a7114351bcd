package io.skbstream.clients;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.DefaultHostResolver;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;

/**
 * Tells a cluster that does not answer from one that answers, and advertises its brokers at addresses that do not. To Kafka's clients
 * both are a timeout.
 */
public final class AdvertisedBrokers {

    private static final int PATIENCE_MS = 2_000;
    private static final long LONGEST_NS = Duration.ofSeconds(6).toNanos();

    private AdvertisedBrokers() {}

    /**
     * Asks the servers of {@code bootstrap.servers}, until one answers, where the brokers are, and tries to connect to each. Takes about
     * six seconds at most.
     *
     * @param config the settings of a Kafka client
     * @return what is wrong and what mends it, in a sentence; empty if no server answers, or if every broker can be connected to
     */
    public static Optional<String> obstacle(Map<?, ?> config) {
        long startNs = System.nanoTime();
        Map<Object, Object> own = new HashMap<>(config);
        own.keySet().retainAll(AdminClientConfig.configNames());
        own.put(AdminClientConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
        try {
            AdminClientConfig parsed = new AdminClientConfig(own);
            for (String server : parsed.getList(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG)) {
                if (System.nanoTime() - startNs > LONGEST_NS) {
                    return Optional.empty();
                }
                Collection<Node> brokers = brokers(parsed, server.strip());
                if (!brokers.isEmpty()) {
                    return obstacle(server.strip(), brokers, startNs);
                }
            }
        } catch (KafkaException invalid) { // the client that was to be used says so
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static Optional<String> obstacle(String server, Collection<Node> brokers, long startNs) {
        for (Node broker : brokers) {
            if (System.nanoTime() - startNs > LONGEST_NS) {
                return Optional.empty();
            }
            InetSocketAddress address = new InetSocketAddress(broker.host(), broker.port());
            String at = "%s answers, but its cluster advertises broker %d at %s, "
                    .formatted(server, broker.id(), address(broker));
            if (address.isUnresolved()) {
                return Optional.of(
                        at + "a name without an address here; correct that broker's advertised.listeners, or this"
                                + " host's name server or /etc/hosts");
            }
            if (!isConnectable(address)) {
                return Optional.of(
                        at + "where nothing answers this host; correct that broker's advertised.listeners, or start"
                                + " the broker, or open the way to it");
            }
        }
        return Optional.empty();
    }

    /** The brokers that a server names; none if it does not answer in time. */
    private static Collection<Node> brokers(AdminClientConfig config, String server) {
        Node node = new Node(-1, Utils.getHost(server), Utils.getPort(server));
        try (Metrics metrics = new Metrics();
                NetworkClient client = ClientUtils.createNetworkClient(
                        config,
                        "skbstream-advertised",
                        metrics,
                        "advertised",
                        new LogContext(),
                        new ApiVersions(),
                        Time.SYSTEM,
                        1,
                        PATIENCE_MS,
                        null,
                        new ManualMetadataUpdater(),
                        new DefaultHostResolver(),
                        null,
                        null)) {
            if (!NetworkClientUtils.awaitReady(client, node, Time.SYSTEM, PATIENCE_MS)) {
                return List.of();
            }
            var request = new MetadataRequest.Builder(List.of(), false);
            var response = NetworkClientUtils.sendAndReceive(
                    client,
                    client.newClientRequest(node.idString(), request, Time.SYSTEM.milliseconds(), true),
                    Time.SYSTEM);
            return ((MetadataResponse) response.responseBody()).brokers();
        } catch (IOException | KafkaException silent) {
            return List.of();
        }
    }

    private static boolean isConnectable(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, PATIENCE_MS);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static String address(Node broker) {
        return broker.host().contains(":")
                ? "[" + broker.host() + "]:" + broker.port()
                : broker.host() + ":" + broker.port();
    }
}
