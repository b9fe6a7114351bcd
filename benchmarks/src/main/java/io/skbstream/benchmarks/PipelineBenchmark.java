package io.skbstream.benchmarks;

import io.skbstream.demo.part.Agent;
import io.skbstream.demo.part.Broker;
import io.skbstream.demo.part.Child;
import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.JvmFlags;
import io.skbstream.demo.part.Ledger;
import io.skbstream.demo.part.PartException;
import io.skbstream.demo.part.ScratchFolder;
import io.skbstream.demo.part.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Floods loopback without and with the agent, in turn, so that whatever else happens on the machine happens to both.
 * Flood, agent and broker are processes of their own. Runs in the main thread, which they are tied to.
 */
final class PipelineBenchmark {
    /** As the launcher starts the agent. */
    private static final JvmFlags AGENT_FLAGS =
            JvmFlags.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:-UsePerfData");

    private static final JvmFlags BROKER_FLAGS = JvmFlags.of("-Xmx1g", "-XX:-UsePerfData");
    private static final List<String> FLOOD_FLAGS = List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:-UsePerfData");
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration ARRIVAL_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(20);

    private final Home home;
    private final int rounds;
    private final int seconds;
    private final StopSignal stop;

    PipelineBenchmark(Home home, int rounds, int seconds, StopSignal stop) {
        this.home = home;
        this.rounds = rounds;
        this.seconds = seconds;
        this.stop = stop;
    }

    /**
     * Runs all rounds; says on stderr how far it is.
     *
     * @throws PartException if a part failed, or a signal asked for the end
     */
    List<Round> run() throws IOException, InterruptedException {
        try (var folder = ScratchFolder.create();
                var broker = Broker.start(home, folder.path(), BROKER_FLAGS)) {
            if (!broker.awaitReady(stop)) {
                throw stopped();
            }
            var results = new ArrayList<Round>();
            for (int number = 1; number <= rounds; number++) {
                var round = round(folder.path(), broker.bootstrapServers(), "skbstream.bench-" + number);
                System.err.printf(
                        Locale.ROOT,
                        "round %d of %d: %,.0f packets/s without the agent, %,.0f with it%n",
                        number,
                        rounds,
                        round.without().packetsPerSecond(),
                        round.with().packetsPerSecond());
                results.add(round);
            }
            return results;
        }
    }

    private Round round(Path folder, String servers, String topic) throws IOException, InterruptedException {
        var without = flood(folder);
        var options = List.of("--device", "lo", "--topic", topic);
        try (var agent = Agent.start(home, folder, AGENT_FLAGS, servers, options);
                var end = new TopicEnd(servers, topic)) {
            awaitRecords(agent, end, 1, START_TIMEOUT);
            long before = end.records();
            long cpuBeforeNs = CpuTime.ofProcessNs(agent.pid());
            long startNs = System.nanoTime();
            var with = flood(folder);
            awaitRecords(agent, end, before + with.packets(), ARRIVAL_TIMEOUT);
            double carriedPerSecond = (end.records() - before) * 1e9 / (System.nanoTime() - startNs);
            long childrenNs = CpuTime.ofEndedChildrenNs();
            Ledger ledger = agent.stop();
            long lifeCpuNs = CpuTime.ofEndedChildrenNs() - childrenNs;
            return new Round(
                    without, with, ledger, end.records(), carriedPerSecond, lifeCpuNs, lifeCpuNs - cpuBeforeNs);
        }
    }

    private Flood.Result flood(Path folder) throws InterruptedException {
        if (stop.isRequested()) {
            throw stopped();
        }
        String jar =
                Path.of(System.getProperty("java.class.path")).toAbsolutePath().toString();
        var program = List.of("-cp", jar, Flood.class.getName(), Integer.toString(seconds));
        try (var flood = Child.start("flood", Child.Tie.PARENT_THREAD, folder, FLOOD_FLAGS, program)) {
            flood.await(START_TIMEOUT.plusSeconds(seconds));
            return Flood.Result.parse(flood.output());
        }
    }

    /** Waits for the topic to hold so many; gives up after {@code limit}, and then the ledger says what is missing. */
    private void awaitRecords(Agent agent, TopicEnd end, long wanted, Duration limit) throws InterruptedException {
        long deadlineNs = System.nanoTime() + limit.toNanos();
        while (end.records() < wanted && System.nanoTime() < deadlineNs) {
            agent.check();
            if (stop.await(POLL)) {
                throw stopped();
            }
        }
    }

    private static PartException stopped() {
        return new PartException("stopped before the last round was over");
    }
}
