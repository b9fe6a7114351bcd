package io.skbstream.producer.publish;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Utils;

/**
 * The part of a Kafka cluster that is on this host, and so is reached over {@code lo}; immutable.
 *
 * @param addresses {@code host:port} of each listener that is on this host, as it was given
 * @param ports their TCP ports, as many as were wanted at most
 * @param beyond those that were too many
 */
public record LocalBrokers(List<String> addresses, SortedSet<Integer> ports, SortedSet<Integer> beyond) {

    public static final LocalBrokers NONE =
            new LocalBrokers(List.of(), Collections.emptySortedSet(), Collections.emptySortedSet());

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
     * @param advertised the same of what the cluster told, as {@link ClusterVisit#advertised} does; these come after the others
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
