package io.skbstream.chaos.cluster;

import io.skbstream.chaos.account.Evidence;
import io.skbstream.chaos.process.AgentLife;
import io.skbstream.chaos.process.AgentLives;
import io.skbstream.chaos.process.AgentMetrics;
import io.skbstream.chaos.process.AgentOptions;
import io.skbstream.chaos.process.SpoolDisk;
import io.skbstream.chaos.run.Drain;
import io.skbstream.chaos.run.EvidenceReader;
import io.skbstream.chaos.run.KeptLogs;
import io.skbstream.chaos.traffic.Traffic;
import io.skbstream.embeddedkafka.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The topics, traffic, agents and job of one schedule. Used by one thread. */
final class ClusterStage implements AutoCloseable {

    private static final Duration DRAINED = Duration.ofMinutes(5);
    private static final Duration SHUTDOWN = Duration.ofSeconds(30);
    private static final int REQUEST_TIMEOUT_MS = 1_500;
    private static final int DELIVERY_TIMEOUT_MS = 4_000;

    /** How soon the agent's client hears of partitions that are added; by Kafka's default after 5 minutes. */
    private static final int METADATA_AGE_MS = 1_000;

    /** Datagrams a second, for rows that are written again. */
    private static final int TRICKLE = 200;

    private final ClusterLab lab;
    private final ClusterSchedule schedule;
    private final Path folder;
    private final Traffic traffic = new Traffic();
    private final String host;
    private final String topic;
    private final String ledgerTopic;
    private final List<Capture> captures = new ArrayList<>();
    private ExampleJob job;

    /** One agent, by the process, and how it fares. */
    private record Capture(AgentLives agents, AgentMetrics metrics) {}

    /** Makes topics and namespace, starts job and agent, and waits until the agent captures. */
    static ClusterStage set(ClusterLab lab, ClusterSchedule schedule) throws IOException, InterruptedException {
        ClusterStage stage = new ClusterStage(lab, schedule);
        try {
            lab.admin().createTopic(stage.topic, 1, Map.of());
            lab.admin().createTopic(stage.ledgerTopic, 1, Map.of("cleanup.policy", "compact"));
            stage.job = ExampleJob.start(lab, stage.folder, stage.topic, stage.ledgerTopic, stage.host);
            stage.capture("first");
            return stage;
        } catch (IOException | InterruptedException | RuntimeException e) {
            stage.close();
            throw e;
        }
    }

    private ClusterStage(ClusterLab lab, ClusterSchedule schedule) throws IOException {
        this.lab = lab;
        this.schedule = schedule;
        this.folder = Files.createDirectory(lab.folder().resolve("schedule-" + schedule.seed()));
        this.host = schedule.host();
        this.topic = schedule.topic();
        this.ledgerTopic = topic + ".ledger";
    }

    /** Starts an agent with a spool of its own, and waits until it captures. */
    private void capture(String name) throws IOException, InterruptedException {
        Path own = Files.createDirectory(folder.resolve(name));
        SpoolDisk disk = SpoolDisk.real(lab.mounts(), own);
        int metricsPort = FreePorts.next();
        AgentOptions options = AgentOptions.of(
                        lab.cluster().agentServers(schedule.secured()),
                        topic,
                        ledgerTopic,
                        traffic.inode(),
                        disk.spool())
                .with("host", host)
                .with("registry", lab.registryUrl())
                .with("metrics", "127.0.0.1:" + metricsPort)
                .withKafka("metadata.max.age.ms", Integer.toString(METADATA_AGE_MS));
        if (schedule.brisk()) {
            options = options.withBriskKafka(REQUEST_TIMEOUT_MS, DELIVERY_TIMEOUT_MS);
        }
        if (schedule.secured()) {
            for (var setting : lab.cluster().certificates().ofClient().entrySet()) {
                options = options.withKafka(setting.getKey(), setting.getValue());
            }
        }
        AgentLives agents = new AgentLives(lab.jars(), lab.mounts(), own, options, SHUTDOWN, traffic);
        captures.add(new Capture(agents, new AgentMetrics(metricsPort)));
        agents.start();
    }

    /** Sends datagrams, and lets one fault after the other happen meanwhile. */
    void play() throws Exception {
        ClusterScene scene = new ClusterScene(
                lab.cluster(),
                lab.admin(),
                topic,
                host,
                "skbstream-" + host,
                () -> capture("second"),
                schedule.choices());
        traffic.start(schedule.rate());
        for (ClusterSchedule.Planned planned : schedule.faults()) {
            Thread.sleep(planned.afterMs());
            planned.fault().begin(scene);
            Thread.sleep(planned.durationMs());
            planned.fault().end(scene);
        }
        traffic.stop();
    }

    /** Waits until all is delivered, ends the agents, and reads what is known of them. */
    Evidence settle() throws IOException, InterruptedException {
        if (captures.size() > 1) {
            // The job learns of it by ledgers, which come every 10 s, and says so only in rows that it writes after
            // that.
            traffic.start(TRICKLE);
            job.awaitAgents(reader().reader(), captures.size());
            traffic.stop();
        }
        for (Capture capture : captures) {
            new Drain(traffic, capture.agents(), capture.metrics()).await(DRAINED);
        }
        List<AgentLife> lives = new ArrayList<>();
        for (Capture capture : captures) {
            lives.add(capture.agents().terminate());
        }
        return reader().read(topic, ledgerTopic, traffic.inode(), lives, false, false);
    }

    private EvidenceReader reader() {
        return new EvidenceReader(
                lab.jars(), lab.mounts(), folder, lab.cluster().bootstrapServers(), Optional.of(lab.registryUrl()));
    }

    /** Holds the job's rows against the topic, and ends it; returns what does not hold. */
    List<String> checkJob() throws IOException, InterruptedException {
        return job.check(reader().reader(), topic, captures.size());
    }

    /** Packets that the kernel has received. */
    long sent() {
        return traffic.totals().packets();
    }

    /** Keeps what the processes said. */
    void keepLogs(Path kept) throws IOException {
        KeptLogs.copy(folder, kept);
        KeptLogs.copy(lab.folder(), kept);
        for (String name : List.of("first", "second")) {
            if (Files.isDirectory(folder.resolve(name))) {
                KeptLogs.copy(folder.resolve(name), kept.resolve(name));
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (job != null) {
            job.close();
        }
        captures.forEach(capture -> capture.agents().close());
        traffic.close();
    }
}
