package io.skbstream.producer.publish;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeMetadataQuorumResult;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;

/**
 * The part of a Kafka cluster that is on this host, and so is reached over {@code lo}; immutable.
 *
 * @param addresses {@code host:port} of each listener that is on this host, as it was given
 * @param ports their TCP ports, as many as were wanted at most
 * @param beyond those that were too many
 */
public record LocalBrokers(List<String> addresses, SortedSet<Integer> ports, SortedSet<Integer> beyond) {

    public LocalBrokers {
        addresses = List.copyOf(addresses);
        ports = Collections.unmodifiableSortedSet(new TreeSet<>(ports));
        beyond = Collections.unmodifiableSortedSet(new TreeSet<>(beyond));
    }

    /**
     * Looks each host up, which takes as long as its name server does. An address that cannot be read or looked up is
     * none of this host's; Kafka's client says so where it matters.
     *
     * @param bootstrapServers {@code host:port}, comma-separated
     * @param advertised the same of what the cluster told, as {@link #advertised} does; these come after the others
     * @param limit how many ports are wanted at most
     */
    public static LocalBrokers among(String bootstrapServers, Collection<String> advertised, int limit) {
        Set<String> addresses = new LinkedHashSet<>();
        Set<Integer> ports = new LinkedHashSet<>();
        Stream.concat(Stream.of(bootstrapServers.split(",")).map(String::strip), advertised.stream())
                .filter(LocalBrokers::isOnThisHost)
                .forEach(address -> {
                    addresses.add(address);
                    ports.add(Utils.getPort(address));
                });
        List<Integer> inOrder = List.copyOf(ports);
        int taken = Math.min(limit, inOrder.size());
        return new LocalBrokers(
                List.copyOf(addresses),
                new TreeSet<>(inOrder.subList(0, taken)),
                new TreeSet<>(inOrder.subList(taken, inOrder.size())));
    }

    /**
     * Where the cluster says that its brokers listen, and its controllers, which brokers talk to all the time, if this
     * client may know: {@code host:port} each.
     *
     * @throws KafkaAwayException if the cluster does not answer
     * @throws io.skbstream.producer.AgentException if a client setting is not valid
     */
    public static List<String> advertised(KafkaSettings kafka) throws InterruptedException {
        Admin admin = kafka.admin();
        try {
            List<String> addresses = new ArrayList<>();
            DescribeMetadataQuorumResult quorum = admin.describeMetadataQuorum();
            admin.describeCluster().nodes().get().forEach(node -> addresses.add(address(node.host(), node.port())));
            addresses.addAll(controllers(quorum));
            return addresses;
        } catch (ExecutionException failed) {
            throw new KafkaAwayException(explain(kafka, failed.getCause()), failed.getCause());
        } finally {
            admin.close(Duration.ZERO); // it would wait for what was given up
        }
    }

    private static List<String> controllers(DescribeMetadataQuorumResult quorum) throws InterruptedException {
        try {
            return quorum.quorumInfo().get().nodes().values().stream()
                    .map(QuorumInfo.Node::endpoints)
                    .flatMap(List::stream)
                    .map(endpoint -> address(endpoint.host(), endpoint.port()))
                    .toList();
        } catch (ExecutionException notTold) { // not permitted, or not known to this broker: it is a refinement
            return List.of();
        }
    }

    private static String explain(KafkaSettings kafka, Throwable failure) {
        String what = failure instanceof TimeoutException
                ? "no Kafka broker answers at " + kafka.bootstrapServers() + " within "
                        + KafkaSettings.FIRST_CONTACT_MS / 1000 + " s"
                : "Kafka at " + kafka.bootstrapServers() + " does not tell its brokers: " + failure.getMessage();
        return what + "; start the broker, or correct --bootstrap-servers (or KAFKA_BOOTSTRAP_SERVERS)";
    }

    private static String address(String host, int port) {
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }

    private static boolean isOnThisHost(String address) {
        try {
            String host = Utils.getHost(address);
            return host != null
                    && Utils.getPort(address) != null
                    && Stream.of(InetAddress.getAllByName(host)).anyMatch(LocalBrokers::isOfThisHost);
        } catch (UnknownHostException | KafkaException | NumberFormatException notOurs) {
            return false;
        }
    }

    private static boolean isOfThisHost(InetAddress address) {
        try {
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException notKnown) {
            return false;
        }
    }
}
