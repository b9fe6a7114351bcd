package io.skbstream.chaos.cluster;

import io.skbstream.chaos.process.BrokerProcess;
import io.skbstream.chaos.process.Jars;
import io.skbstream.chaos.process.Jars.Program;
import io.skbstream.chaos.proxy.Conduct;
import io.skbstream.chaos.proxy.Proxy;
import io.skbstream.embeddedkafka.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One broker of the cluster, and the network around it: agents, the other brokers and the other controllers each reach it through a
 * proxy of their own; the test and the job come through the plain listener, directly. Used by one thread.
 */
final class ClusterNode implements AutoCloseable {

    private static final String AGENTS = "AGENTS";
    private static final String BROKERS = "BROKERS";

    /** As Kafka spells the prefix of the secured listener's settings. */
    static final String SECURED_PREFIX = "listener.name.secured.";

    private final int id;
    private final Jars jars;
    private final Path folder;
    private final Certificates certificates;
    private final int controllerPort = FreePorts.next();
    private final Proxy controllerWay = new Proxy(FreePorts.next(), controllerPort);
    private final int brokersPort = FreePorts.next();
    private final Proxy brokersWay = new Proxy(FreePorts.next(), brokersPort);
    private String voters;
    private int plainPort;
    private Proxy agentsWay;
    private Proxy securedWay;
    private BrokerProcess process;
    private long movedPeakKib; // before it moved
    private boolean paused;

    ClusterNode(int id, Jars jars, Path folder, Certificates certificates) throws IOException {
        this.id = id;
        this.jars = jars;
        this.folder = folder;
        this.certificates = certificates;
    }

    int id() {
        return id;
    }

    /** As the other nodes reach its controller, in Kafka's notation. */
    String voter() {
        return id + "@127.0.0.1:" + controllerWay.port();
    }

    /**
     * Gives its listeners for clients ports, other ones than before; to be called while it does not run.
     *
     * @param allVoters of the cluster
     */
    void settle(String allVoters) throws IOException {
        closeWays();
        voters = allVoters;
        plainPort = FreePorts.next();
        int agentsPort = FreePorts.next();
        agentsWay = new Proxy(FreePorts.next(), agentsPort);
        int securedPort = FreePorts.next();
        securedWay = new Proxy(FreePorts.next(), securedPort);
        List<String> arguments = new ArrayList<>(List.of("--node-id", Integer.toString(id), "--voters", voters));
        arguments.addAll(List.of("--controller-port", Integer.toString(controllerPort)));
        arguments.addAll(List.of("--listener", listener(BROKERS, "PLAINTEXT", brokersPort, brokersWay)));
        arguments.addAll(List.of("--listener", listener(AGENTS, "PLAINTEXT", agentsPort, agentsWay)));
        arguments.addAll(List.of("--listener", listener("SECURED", "SSL", securedPort, securedWay)));
        arguments.addAll(List.of("--set", "inter.broker.listener.name=" + BROKERS));
        // A broker that is busy is not dead, and one that is dead is to be missed soon.
        arguments.addAll(List.of("--set", "broker.session.timeout.ms=4000"));
        certificates
                .ofListener()
                .forEach((key, value) -> arguments.addAll(List.of("--set", SECURED_PREFIX + key + "=" + value)));
        movedPeakKib = process == null ? 0 : peakKib();
        process = new BrokerProcess(jars, Program.NODE, folder, "node-" + id, plainPort, arguments);
    }

    private static String listener(String name, String protocol, int port, Proxy way) {
        return "%s=%s:%d:%d".formatted(name, protocol, port, way.port());
    }

    /** Moves it to other ports for clients, while it does not run. */
    void move() throws IOException {
        settle(voters);
    }

    void start() throws IOException, InterruptedException {
        process.start();
    }

    /** Starts it and returns at once. */
    void begin() throws IOException {
        process.begin();
    }

    void awaitReady() throws InterruptedException {
        process.awaitReady();
    }

    /** SIGTERM. */
    void stop() throws IOException, InterruptedException {
        process.stop();
    }

    /** SIGKILL. */
    void kill() throws IOException, InterruptedException {
        process.kill();
        paused = false;
    }

    /** SIGSTOP. */
    void pause() throws IOException, InterruptedException {
        process.pause();
        paused = true;
    }

    /** SIGCONT, if it is stopped. */
    void resume() throws IOException, InterruptedException {
        if (paused) {
            process.resume();
            paused = false;
        }
    }

    /** Empties its disk, while it does not run. */
    void wipe() throws IOException {
        process.wipe();
    }

    /** Where the test and the job find it. */
    String plainAddress() {
        return "127.0.0.1:" + plainPort;
    }

    /** Where agents find it. */
    String agentAddress(boolean secured) {
        return "127.0.0.1:" + (secured ? securedWay : agentsWay).port();
    }

    /** Changes the network between agents and this broker. */
    void toAgents(Conduct conduct) {
        agentsWay.conduct(conduct);
        securedWay.conduct(conduct);
    }

    /** Resets the connections of agents, which come again. */
    void resetAgents() {
        agentsWay.cut();
        securedWay.cut();
    }

    /** Changes the network by which brokers and controllers, its own among them, reach this one. */
    void toBrokers(Conduct conduct) {
        brokersWay.conduct(conduct);
        controllerWay.conduct(conduct);
    }

    /** The most memory that its process has had in RAM in any of its lives, in KiB. */
    long peakKib() throws IOException {
        return Math.max(movedPeakKib, process.peakKib());
    }

    /** Undoes all faults; returns at once. */
    void heal() throws IOException, InterruptedException {
        toAgents(Conduct.PASS);
        toBrokers(Conduct.PASS);
        resume();
        if (!process.isAlive()) {
            process.begin();
        }
    }

    @Override
    public void close() throws IOException {
        if (process != null) {
            process.close();
        }
        closeWays();
        brokersWay.close();
        controllerWay.close();
    }

    private void closeWays() throws IOException {
        if (agentsWay != null) {
            agentsWay.close();
            securedWay.close();
        }
    }
}
