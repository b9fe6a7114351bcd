package io.skbstream.chaos.run;

import io.skbstream.chaos.account.AuditLine;
import io.skbstream.chaos.account.Evidence;
import io.skbstream.chaos.fault.Scene;
import io.skbstream.chaos.kafka.BrokerAdmin;
import io.skbstream.chaos.process.AgentLives;
import io.skbstream.chaos.process.AgentMetrics;
import io.skbstream.chaos.process.AgentOptions;
import io.skbstream.chaos.process.ChaosException;
import io.skbstream.chaos.process.FreePorts;
import io.skbstream.chaos.process.SkbstreamCommand;
import io.skbstream.chaos.process.SpoolDisk;
import io.skbstream.chaos.process.SteppedClock;
import io.skbstream.chaos.traffic.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The scene of one run, from the making of its topics to the reading of the evidence. Used by one thread. */
final class Stage implements AutoCloseable {

    private static final long LOOK_MS = 50;

    /** What is in the ring or in a batch is with Kafka or in the spool by then, and the agent's page, which may be 200 ms old, shows it. */
    private static final long UNTIL_SEEN_MS = 1_000;

    /** Datagrams a second, so that a breaker has something to probe with. */
    private static final int TRICKLE = 200;

    private final Lab lab;
    private final Path folder;
    private final Scene scene;
    private final AgentMetrics metrics;

    private Stage(Lab lab, Path folder, Scene scene, AgentMetrics metrics) {
        this.lab = lab;
        this.folder = folder;
        this.scene = scene;
        this.metrics = metrics;
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

    /** Waits, under a little traffic, until Kafka takes events and the spool is empty; then until nothing is on its way. */
    void awaitDrained(Duration limit) throws InterruptedException {
        scene.traffic().start(TRICKLE);
        await(limit, metrics::isHealthy);
        scene.traffic().stop();
        Thread.sleep(UNTIL_SEEN_MS);
        await(limit, metrics::isDrained);
    }

    /** One look at the agent. */
    private interface Look {
        boolean isGood() throws InterruptedException;
    }

    private void await(Duration limit, Look look) throws InterruptedException {
        long endNs = System.nanoTime() + limit.toNanos();
        while (!look.isGood()) {
            if (!scene.agents().current().isAlive()) {
                throw new ChaosException("the agent ended by itself; it said:"
                        + scene.agents().current().tail());
            }
            if (System.nanoTime() - endNs > 0) {
                throw new ChaosException("the spool is not replayed within " + limit.toSeconds() + " s; the agent said:"
                        + scene.agents().current().tail());
            }
            Thread.sleep(LOOK_MS);
        }
    }

    /** The same, where topics and disk were left alone. */
    Evidence evidence() throws IOException, InterruptedException {
        return evidence(false, false);
    }

    /** Runs the audit, and reads both topics without it. */
    Evidence evidence(boolean logsWereLost, boolean diskFailed) throws IOException, InterruptedException {
        SkbstreamCommand.Result audit = SkbstreamCommand.run(
                lab.jars(),
                lab.mounts(),
                folder,
                List.of(
                        "audit",
                        "--bootstrap-servers",
                        lab.broker().bootstrapServers(),
                        "--topic",
                        scene.topic(),
                        "--ledger-topic",
                        scene.ledgerTopic(),
                        "--json"));
        if (audit.out().isEmpty() && audit.exitCode() != 0) {
            throw new ChaosException("the audit failed, exit code " + audit.exitCode() + ":" + audit.tail());
        }
        return new Evidence(
                scene.traffic().inode(),
                scene.agents().ended(),
                AuditLine.parse(audit.out()).stream()
                        .collect(Collectors.toMap(AuditLine::session, Function.identity())),
                audit.exitCode(),
                lab.reader().events(scene.topic()),
                lab.reader().ledgers(scene.ledgerTopic()),
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
        Files.createDirectories(kept);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, kept.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
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
