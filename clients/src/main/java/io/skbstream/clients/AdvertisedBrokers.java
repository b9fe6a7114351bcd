package io.skbstream.clients;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.DefaultHostResolver;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.MetadataResponse.PartitionMetadata;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;

/**
 * Finds out why a cluster did not answer in time: nothing is there, or servers answer, and a broker that they name does not, or a
 * partition has no leader. To Kafka's clients all of it is a timeout.
 */
public final class AdvertisedBrokers {

    private static final int PATIENCE_MS = 2_000;
    private static final int LOOK_MS = 100;
    private static final long LONGEST_NS = Duration.ofSeconds(6).toNanos();

    private final AdminClientConfig config;
    private final String topic;
    private final long startNs = System.nanoTime();

    AdvertisedBrokers(AdminClientConfig config, String topic) {
        this.config = config;
        this.topic = topic;
    }

    /** The same where no topic is known. */
    public static Optional<String> obstacle(Map<?, ?> config) {
        return obstacle(config, "", "");
    }

    /**
     * Asks the servers of {@code bootstrap.servers}, until one answers, where the brokers are, and each of these, leaders of the topic's
     * partitions first, whether it answers. Takes about six seconds at most.
     *
     * @param config the settings of a Kafka client
     * @param topic that was asked for; empty if none
     * @param said what the client said, to be added if all that is known is that the brokers answer; may be empty
     * @return what is wrong and what mends it, in a sentence; empty if no server answers, or that takes too long
     */
    public static Optional<String> obstacle(Map<?, ?> config, String topic, String said) {
        Map<Object, Object> own = new HashMap<>(config);
        own.keySet().retainAll(AdminClientConfig.configNames());
        own.put(AdminClientConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
        try {
            SocketChannel.open().close();
            return new AdvertisedBrokers(new AdminClientConfig(own), topic).obstacle(said);
        } catch (IOException here) {
            return Optional.of("this process cannot open a connection: " + SystemFailure.inWords(here));
        } catch (KafkaException invalid) { // the client that was to be used says so
            return Optional.empty();
        }
    }

    private Optional<String> obstacle(String said) {
        for (String named : config.getList(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG)) {
            String server = named.strip();
            if (isLate()) {
                return Optional.empty();
            }
            Optional<MetadataResponse> cluster = cluster(server);
            if (cluster.isPresent()) {
                return obstacle(server, cluster.get(), said, this::answers);
            }
        }
        return Optional.empty();
    }

    /** @param answers asks a broker */
    Optional<String> obstacle(String server, MetadataResponse cluster, String said, Predicate<Node> answers) {
        List<PartitionMetadata> partitions = cluster.topicMetadata().stream()
                .flatMap(one -> one.partitionMetadata().stream())
                .toList();
        Map<Integer, Integer> led = new HashMap<>(); // one partition by its leader
        partitions.forEach(one -> one.leaderId.ifPresent(leader -> led.putIfAbsent(leader, one.partition())));
        List<Node> leadersFirst = cluster.brokers().stream()
                .sorted(Comparator.comparing(broker -> !led.containsKey(broker.id())))
                .toList();
        for (Node broker : leadersFirst) {
            if (isLate()) {
                return Optional.empty();
            }
            String role = Optional.ofNullable(led.get(broker.id()))
                    .map(partition -> ", the leader of partition " + partition + " of topic " + topic + ",")
                    .orElse("");
            String at = "%s answers, but its cluster advertises broker %d%s at %s, "
                    .formatted(server, broker.id(), role, address(broker));
            if (new InetSocketAddress(broker.host(), broker.port()).isUnresolved()) {
                return Optional.of(
                        at + "a name without an address here; correct that broker's advertised.listeners, or this"
                                + " host's name server or /etc/hosts");
            }
            boolean answered = answers.test(broker);
            if (isInterrupted()) {
                return Optional.empty();
            }
            if (!answered) {
                return Optional.of(
                        at + "where nothing answers this host; correct that broker's advertised.listeners, or start"
                                + " the broker, or open the way to it");
            }
        }
        Set<Integer> there = cluster.brokers().stream().map(Node::id).collect(Collectors.toSet());
        return partitions.stream()
                .flatMap(partition -> awayFrom(partition, there).stream())
                .findFirst()
                .map(away -> server + " answers, but " + away)
                .or(() -> Optional.of(server + " answers, and so does every broker that it names, but not in time"
                        + (said.isEmpty() ? "" : " (" + said + ")") + "; see to their load and their logs"));
    }

    /** What a partition lacks because brokers are away that have it. */
    private Optional<String> awayFrom(PartitionMetadata partition, Set<Integer> there) {
        String away = partition.replicaIds.stream()
                .filter(replica -> !there.contains(replica))
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        String where = "partition " + partition.partition() + " of topic " + topic;
        if (partition.leaderId.isEmpty()) {
            return Optional.of(where + " has no leader"
                    + (away.isEmpty()
                            ? "; see to the brokers' logs"
                            : ": it is on brokers that are away: " + away + "; start them"));
        }
        return away.isEmpty()
                ? Optional.empty()
                : Optional.of(where + " lacks its replicas on brokers that are away: " + away
                        + "; start them, if it has fewer in sync than its min.insync.replicas");
    }

    private boolean isLate() {
        return System.nanoTime() - startNs > LONGEST_NS || isInterrupted();
    }

    private static boolean isInterrupted() {
        return Thread.currentThread().isInterrupted();
    }

    /** Waits for the connection, but no longer than until this thread is interrupted, of which Kafka's client takes no notice. */
    private static boolean isReady(NetworkClient client, Node node) throws IOException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
        while (!isInterrupted() && System.nanoTime() - endNs < 0) {
            if (NetworkClientUtils.awaitReady(client, node, Time.SYSTEM, LOOK_MS)) {
                return true;
            }
        }
        return false;
    }

    /** Which brokers and partitions a server names; empty if it does not answer in time. */
    private Optional<MetadataResponse> cluster(String server) {
        Node node = new Node(-1, Utils.getHost(server), Utils.getPort(server));
        try (Metrics metrics = new Metrics();
                NetworkClient client = client(metrics)) {
            if (!isReady(client, node)) {
                return Optional.empty();
            }
            List<String> topics = topic.isEmpty() ? List.of() : List.of(topic);
            var request = new MetadataRequest.Builder(topics, false);
            var response = NetworkClientUtils.sendAndReceive(
                    client,
                    client.newClientRequest(node.idString(), request, Time.SYSTEM.milliseconds(), true),
                    Time.SYSTEM);
            return Optional.of((MetadataResponse) response.responseBody())
                    .filter(cluster -> !cluster.brokers().isEmpty());
        } catch (IOException | KafkaException silent) {
            return Optional.empty();
        }
    }

    /** Whether it says which requests it takes: a broker that hangs takes connections, too. */
    private boolean answers(Node broker) {
        try (Metrics metrics = new Metrics();
                NetworkClient client = client(metrics)) {
            return isReady(client, broker);
        } catch (AuthenticationException refused) {
            return true;
        } catch (IOException | KafkaException silent) {
            return false;
        }
    }

    private NetworkClient client(Metrics metrics) {
        return ClientUtils.createNetworkClient(
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
                null);
    }

    private static String address(Node broker) {
        return broker.host().contains(":")
                ? "[" + broker.host() + "]:" + broker.port()
                : broker.host() + ":" + broker.port();
    }
}
