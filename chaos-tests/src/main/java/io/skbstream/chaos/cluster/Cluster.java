package io.skbstream.chaos.cluster;

import io.skbstream.chaos.process.BrokerProcess;
import io.skbstream.chaos.process.Jars;
import io.skbstream.chaos.process.Jars.Program;
import io.skbstream.embeddedkafka.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Three brokers, controllers too: every topic is kept three times, and acknowledged once two have a record. Used by one thread. */
final class Cluster implements AutoCloseable {

    static final int SIZE = 3;

    private final List<ClusterNode> nodes;
    private final Certificates certificates;

    private Cluster(List<ClusterNode> nodes, Certificates certificates) {
        this.nodes = List.copyOf(nodes);
        this.certificates = certificates;
    }

    /** Starts it. */
    static Cluster open(Jars jars, Path folder) throws IOException, InterruptedException {
        keepClasses(jars, folder);
        Certificates certificates = Certificates.make(folder);
        List<ClusterNode> nodes = new ArrayList<>();
        try {
            for (int id = 1; id <= SIZE; id++) {
                nodes.add(new ClusterNode(id, jars, folder, certificates));
            }
            String voters = nodes.stream().map(ClusterNode::voter).collect(Collectors.joining(","));
            for (ClusterNode node : nodes) {
                node.settle(voters);
                node.begin();
            }
            for (ClusterNode node : nodes) {
                node.awaitReady();
            }
            return new Cluster(nodes, certificates);
        } catch (IOException | InterruptedException | RuntimeException e) {
            for (ClusterNode node : nodes) {
                node.close();
            }
            throw e;
        }
    }

    /** Starts one alone and ends it in order, for the archive of its classes. */
    private static void keepClasses(Jars jars, Path folder) throws IOException, InterruptedException {
        Path own = Files.createDirectory(folder.resolve("classes-only"));
        try (var alone = new BrokerProcess(jars, Program.NODE, own, "alone", FreePorts.next(), List.of())) {
            alone.start();
            alone.stop();
        }
    }

    List<ClusterNode> nodes() {
        return nodes;
    }

    /** @param id from 1 */
    ClusterNode node(int id) {
        return nodes.get(id - 1);
    }

    Certificates certificates() {
        return certificates;
    }

    /** Where the test and the job connect to. */
    String bootstrapServers() {
        return nodes.stream().map(ClusterNode::plainAddress).collect(Collectors.joining(","));
    }

    /** Where agents connect to. */
    String agentServers(boolean secured) {
        return nodes.stream().map(node -> node.agentAddress(secured)).collect(Collectors.joining(","));
    }

    /** Undoes all faults of processes and network, and waits until every broker takes requests. */
    void heal() throws IOException, InterruptedException {
        for (ClusterNode node : nodes) {
            node.heal();
        }
        for (ClusterNode node : nodes) {
            node.awaitReady();
        }
    }

    @Override
    public void close() throws IOException {
        for (ClusterNode node : nodes) {
            node.close();
        }
    }
}
