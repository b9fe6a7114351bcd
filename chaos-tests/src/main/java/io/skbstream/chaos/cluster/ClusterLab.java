package io.skbstream.chaos.cluster;

import io.skbstream.chaos.kafka.ClusterAdmin;
import io.skbstream.chaos.process.Jars;
import io.skbstream.chaos.process.MountNamespace;
import io.skbstream.chaos.process.RegistryProcess;
import io.skbstream.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What all schedules share: the cluster, a registry, a mount namespace, a folder for everything. Used by the thread that opened it,
 * to which the processes are tied.
 */
public final class ClusterLab implements AutoCloseable {

    private final Path folder;
    private final Jars jars;
    private final MountNamespace mounts;
    private final ClusterAdmin admin = new ClusterAdmin(() -> cluster().bootstrapServers());
    private Cluster cluster;
    private RegistryProcess registry;

    private ClusterLab(Path folder, Jars jars, MountNamespace mounts) {
        this.folder = folder;
        this.jars = jars;
        this.mounts = mounts;
    }

    /**
     * Starts all of it.
     *
     * @param scratch a folder that somebody else removes
     */
    public static ClusterLab open(Path home, Path scratch) throws IOException, InterruptedException {
        Path folder = Files.createDirectory(scratch.resolve("cluster"));
        Jars jars = new Jars(home, Files.createDirectories(scratch.resolve("classes")));
        ClusterLab lab = new ClusterLab(folder, jars, MountNamespace.create(folder));
        try {
            lab.cluster = Cluster.open(jars, folder);
            lab.registry = RegistryProcess.start(jars, folder);
            lab.admin.createTopic(Topics.LOOPBACK_BY_HOST, 1, Map.of()); // all jobs write their rows there
            return lab;
        } catch (IOException | InterruptedException | RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    Path folder() {
        return folder;
    }

    Jars jars() {
        return jars;
    }

    MountNamespace mounts() {
        return mounts;
    }

    Cluster cluster() {
        return cluster;
    }

    ClusterAdmin admin() {
        return admin;
    }

    String registryUrl() {
        return registry.url();
    }

    /** Undoes all that a schedule did: faults that it left, and its topics. */
    void restore(String topic) throws IOException, InterruptedException {
        cluster.heal();
        admin.deleteTopics(
                admin.topics().stream().filter(name -> name.startsWith(topic)).toList());
        admin.awaitInSync();
    }

    @Override
    public void close() throws IOException {
        if (registry != null) {
            registry.close();
        }
        if (cluster != null) {
            cluster.close();
        }
        mounts.close();
    }
}
