package io.skbstream.embeddedkafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Utils;

/**
 * Several real brokers in this process that form one cluster. With three, every topic is kept three times, and acknowledged once two
 * have a record. Each can be stopped and started again on its port and its data.
 *
 * <p>The caller owns it and closes it. Methods may be called from any thread, those that start or stop one node by one at a time.
 */
public final class EmbeddedCluster implements AutoCloseable {
    private final Path folder;
    private final SortedMap<Integer, BrokerSettings> settings = new TreeMap<>();
    private final SortedMap<Integer, EmbeddedKafka> nodes = new TreeMap<>();

    private EmbeddedCluster(Path folder, int size, Map<String, String> overrides) throws IOException {
        this.folder = folder;
        var voters = new TreeMap<Integer, String>();
        for (int id = 1; id <= size; id++) {
            voters.put(id, LoopbackSockets.ADDRESS + ":" + FreePorts.next());
        }
        for (int id : voters.keySet()) {
            String controller = voters.get(id);
            int controllerPort = Integer.parseInt(controller.substring(controller.indexOf(':') + 1));
            var node = BrokerSettings.defaults()
                    .withPort(FreePorts.next())
                    .withFolder(folder.resolve("node-" + id))
                    .withQuorum(new Quorum(id, controllerPort, voters))
                    // Kafka's own: a pause of a busy machine is no reason to take a node for dead.
                    .withOverrides(Map.of("broker.session.timeout.ms", "9000"));
            for (var override : overrides.entrySet()) {
                node = node.withOverride(override.getKey(), override.getValue());
            }
            settings.put(id, node);
        }
    }

    /** Starts nodes 1 to {@code size}, and returns when all take requests. */
    public static EmbeddedCluster start(int size) throws IOException {
        return start(size, Map.of());
    }

    /**
     * The same, with broker settings that replace or add to ours.
     *
     * @throws IllegalStateException if a node does not start
     */
    public static EmbeddedCluster start(int size, Map<String, String> overrides) throws IOException {
        var cluster = new EmbeddedCluster(Files.createTempDirectory("skbstream-cluster-"), size, overrides);
        try {
            cluster.startAll();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Each waits for most of the others. */
    private void startAll() {
        inParallel(List.copyOf(settings.keySet()), id -> {
            try {
                start(id.intValue(), settings.get(id));
            } catch (IOException e) {
                throw new IllegalStateException("node " + id + " did not start: " + e.getMessage(), e);
            }
        });
    }

    private void start(int id, BrokerSettings node) throws IOException {
        var started = EmbeddedKafka.start(node);
        synchronized (nodes) {
            nodes.put(id, started);
        }
    }

    /** Where clients connect to: the address of every node, also of one that is stopped. */
    public String bootstrapServers() {
        return settings.values().stream()
                .map(node -> LoopbackSockets.ADDRESS + ":" + node.port())
                .collect(Collectors.joining(","));
    }

    /** A node that runs. */
    public EmbeddedKafka node(int id) {
        synchronized (nodes) {
            return nodes.get(id);
        }
    }

    /** Stops a node in order: it hands its partitions over before. */
    public void stopNode(int id) {
        EmbeddedKafka stopped;
        synchronized (nodes) {
            stopped = nodes.remove(id);
        }
        stopped.close();
    }

    /** Starts a node that was stopped, on its port and its data. */
    public void startNode(int id) throws IOException {
        start(id, settings.get(id));
    }

    /** Stops all nodes and removes their data. May be repeated. */
    @Override
    public void close() {
        List<EmbeddedKafka> all;
        synchronized (nodes) {
            all = List.copyOf(nodes.values());
            nodes.clear();
        }
        inParallel(all, EmbeddedKafka::leave); // while there is a quorum
        inParallel(all, EmbeddedKafka::close);
        try {
            Utils.delete(folder.toFile());
        } catch (IOException e) {
            throw new IllegalStateException("the folder " + folder + " of the cluster stays behind", e);
        }
    }

    private static <T> void inParallel(List<T> items, Consumer<T> task) {
        var running = new ArrayList<CompletableFuture<Void>>();
        for (T item : items) {
            var done = new CompletableFuture<Void>();
            running.add(done);
            new Thread(() -> {
                        try {
                            task.accept(item);
                            done.complete(null);
                        } catch (RuntimeException | Error e) {
                            done.completeExceptionally(e);
                        }
                    })
                    .start();
        }
        try {
            CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e);
        }
    }
}
