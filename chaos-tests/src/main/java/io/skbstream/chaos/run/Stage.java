package io.skbstream.chaos.run;

import io.skbstream.chaos.account.Evidence;
import io.skbstream.chaos.fault.Scene;
import io.skbstream.chaos.kafka.BrokerAdmin;
import io.skbstream.chaos.process.AgentLives;
import io.skbstream.chaos.process.AgentMetrics;
import io.skbstream.chaos.process.AgentOptions;
import io.skbstream.chaos.process.SkbstreamCommand;
import io.skbstream.chaos.process.SpoolDisk;
import io.skbstream.chaos.process.SteppedClock;
import io.skbstream.chaos.traffic.Traffic;
import io.skbstream.embeddedkafka.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The scene of one run, from the making of its topics to the reading of the evidence. Used by one thread. */
final class Stage implements AutoCloseable {

    private final Lab lab;
    private final Path folder;
    private final Scene scene;
    private final AgentMetrics metrics;
    private final Drain drain;

    private Stage(Lab lab, Path folder, Scene scene, AgentMetrics metrics) {
        this.lab = lab;
        this.folder = folder;
        this.scene = scene;
        this.metrics = metrics;
        this.drain = new Drain(scene.traffic(), scene.agents(), metrics);
    }

    /** Makes user, topics, disk and namespace; the agent is not started yet. */
    static Stage set(Lab lab, StageSettings settings) throws IOException, InterruptedException {
        Path folder = Files.createDirectory(lab.folder().resolve(settings.name()));
        SpoolDisk disk = settings.tmpfsBytes() == 0
                ? SpoolDisk.real(lab.mounts(), folder)
                : SpoolDisk.tmpfs(lab.mounts(), folder, settings.tmpfsBytes());
        Traffic traffic = new Traffic();
        String topic = "chaos." + settings.name();
        String ledgerTopic = topic + ".ledger";
        Optional<SteppedClock> clock =
                settings.clockSteps() ? Optional.of(new SteppedClock(lab.clockLibrary(), folder)) : Optional.empty();
        int metricsPort = FreePorts.next();
        AgentOptions options = AgentOptions.of(
                        "127.0.0.1:" + lab.proxy().port(), topic, ledgerTopic, traffic.inode(), disk.spool())
                .withUser(BrokerAdmin.USER, BrokerAdmin.PASSWORD)
                .with("metrics", "127.0.0.1:" + metricsPort);
        AgentOptions all =
                settings.options().apply(clock.map(options::withClock).orElse(options));
        AgentLives agents = new AgentLives(lab.jars(), lab.mounts(), folder, all, settings.shutdownTimeout(), traffic);
        Scene scene =
                new Scene(lab.broker(), lab.admin(), lab.proxy(), topic, ledgerTopic, disk, clock, agents, traffic);
        scene.furnish();
        return new Stage(lab, folder, scene, new AgentMetrics(metricsPort));
    }

    Scene scene() {
        return scene;
    }

    AgentMetrics metrics() {
        return metrics;
    }

    /** Waits until Kafka takes events, the spool is empty, and nothing is on its way. */
    void awaitDrained(Duration limit) throws InterruptedException {
        drain.await(limit);
    }

    /** The same, where topics and disk were left alone. */
    Evidence evidence() throws IOException, InterruptedException {
        return evidence(false, false);
    }

    /** Runs the audit, and reads both topics without it. */
    Evidence evidence(boolean logsWereLost, boolean diskFailed) throws IOException, InterruptedException {
        return new EvidenceReader(lab.jars(), lab.mounts(), folder, lab.broker().bootstrapServers())
                .read(
                        scene.topic(),
                        scene.ledgerTopic(),
                        scene.traffic().inode(),
                        scene.agents().ended(),
                        logsWereLost,
                        diskFailed);
    }

    /** Runs {@code skbstream spool} with these arguments on this spool. */
    SkbstreamCommand.Result spool(String... arguments) throws IOException, InterruptedException {
        List<String> command = Stream.concat(
                        Stream.of("spool"),
                        Stream.concat(
                                Stream.of(arguments),
                                Stream.of("--spool-dir", scene.disk().spool().toString())))
                .toList();
        return SkbstreamCommand.run(lab.jars(), lab.mounts(), folder, command);
    }

    /** Keeps what the agents said, for whoever wants to know why a run failed. */
    void keepLogs(Path kept) throws IOException {
        KeptLogs.copy(folder, kept);
    }

    @Override
    public void close() throws IOException {
        scene.agents().close();
        scene.traffic().close();
        scene.disk().close();
        try {
            scene.admin().deleteTopic(scene.topic());
            scene.admin().deleteTopic(scene.ledgerTopic());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
