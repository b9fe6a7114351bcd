package io.skbstream.embeddedkafka;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/**
 * The KRaft quorum that a node votes in; immutable. All nodes of a cluster have the same voters, from which the cluster's id
 * follows.
 *
 * @param nodeId of this node
 * @param controllerPort where its controller listens: behind a proxy another port than the voters' one
 * @param voters {@code HOST:PORT} where the others reach the controller of each node, by node
 */
public record Quorum(int nodeId, int controllerPort, SortedMap<Integer, String> voters) {

    public Quorum {
        voters = Collections.unmodifiableSortedMap(new TreeMap<>(voters));
        if (!voters.containsKey(nodeId)) {
            throw new IllegalArgumentException("node " + nodeId + " is not among the voters " + voters.keySet());
        }
    }

    /** The quorum of a node that is its only one. */
    static Quorum alone(int nodeId, String controller) {
        return new Quorum(nodeId, portOf(controller), new TreeMap<>(Map.of(nodeId, controller)));
    }

    /**
     * Reads a list of voters.
     *
     * @param controllerPort where this node's controller listens, or 0 for the port in the list
     * @param voters {@code ID@HOST:PORT}, separated by commas
     * @throws IllegalArgumentException if it is no such list, or does not name this node
     */
    public static Quorum parse(int nodeId, int controllerPort, String voters) {
        SortedMap<Integer, String> all = new TreeMap<>();
        for (String voter : voters.split(",", -1)) {
            String[] parts = voter.split("@", -1);
            if (!voter.matches("\\d{1,9}@[^@:]+:\\d{1,5}")) {
                throw new IllegalArgumentException("voters are ID@HOST:PORT, separated by commas, not '" + voter + "'");
            }
            all.put(Integer.valueOf(parts[0]), parts[1]);
        }
        int port = controllerPort == 0 && all.containsKey(nodeId) ? portOf(all.get(nodeId)) : controllerPort;
        return new Quorum(nodeId, port, all);
    }

    /** As Kafka's {@code controller.quorum.voters} has them. */
    String describeVoters() {
        return voters.entrySet().stream()
                .map(voter -> voter.getKey() + "@" + voter.getValue())
                .collect(Collectors.joining(","));
    }

    /** The same for all nodes with the same voters. */
    String clusterId() {
        UUID id = UUID.nameUUIDFromBytes(describeVoters().getBytes(StandardCharsets.UTF_8));
        return new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits()).toString();
    }

    private static int portOf(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }
}
