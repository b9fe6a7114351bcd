package io.skbstream.benchmarks;

import io.skbstream.clients.StopSignal;
import io.skbstream.demo.part.Agent;
import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.JvmFlags;
import io.skbstream.demo.part.Ledger;
import io.skbstream.demo.part.PartException;
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
        try (var kafka = PrivateKafka.start(home, stop)) {
            var results = new ArrayList<Round>();
            for (int number = 1; number <= rounds; number++) {
                var round = round(kafka.folder(), kafka.servers(), "skbstream.bench-" + number, List.of());
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

    /**
     * Runs all rounds, each once with guards and metrics, which are read every second, and once without, in turn and the
     * other way around in every second round.
     *
     * @throws PartException if a part failed, or a signal asked for the end
     */
    List<GuardedRound> runGuarded() throws IOException, InterruptedException {
        try (var kafka = PrivateKafka.start(home, stop)) {
            var results = new ArrayList<GuardedRound>();
            for (int number = 1; number <= rounds; number++) {
                Round on = null;
                Round off = null;
                for (int turn = 0; turn < 2; turn++) {
                    String topic = "skbstream.bench-%d-%d".formatted(number, turn);
                    if (turn == number % 2) {
                        off = round(kafka.folder(), kafka.servers(), topic, List.of("--no-guards"));
                    } else {
                        on = guardedRound(kafka.folder(), kafka.servers(), topic);
                    }
                }
                results.add(new GuardedRound(on, off));
                System.err.printf(
                        Locale.ROOT,
                        "round %d of %d: %,.0f events/s with guards and metrics, %,.0f without%n",
                        number,
                        rounds,
                        on.carriedPerSecond(),
                        off.carriedPerSecond());
            }
            return results;
        }
    }

    private Round guardedRound(Path folder, String servers, String topic) throws IOException, InterruptedException {
        try (var scraper = Scraper.start()) {
            return round(folder, servers, topic, List.of("--metrics", scraper.address()));
        }
    }

    private Round round(Path folder, String servers, String topic, List<String> more)
            throws IOException, InterruptedException {
        var without = flood(folder);
        var options = new ArrayList<>(List.of("--device", "lo", "--topic", topic));
        options.addAll(more);
        try (var agent = Agent.start(home, folder, JvmFlags.steady(), servers, options);
                var end = new TopicEnd(servers, topic)) {
            awaitRecords(agent, end, 1, START_TIMEOUT);
            var warmUp = flood(folder); // what the JIT compiler takes is not what an agent takes that runs for weeks
            awaitRecords(agent, end, warmUp.packets(), ARRIVAL_TIMEOUT);
            long before = end.records();
            long cpuBeforeNs = CpuTime.ofProcessNs(agent.pid());
            long startNs = System.nanoTime();
            var with = flood(folder);
            awaitRecords(agent, end, before + with.packets(), ARRIVAL_TIMEOUT);
            double seconds = (System.nanoTime() - startNs) / 1e9;
            long carried = end.records() - before;
            long floodCpuNs = CpuTime.ofProcessNs(agent.pid()) - cpuBeforeNs;
            long childrenNs = CpuTime.ofEndedChildrenNs();
            Ledger ledger = agent.stop().orElseThrow(); // it captured
            long lifeCpuNs = CpuTime.ofEndedChildrenNs() - childrenNs;
            return new Round(
                    without, with, ledger, end.records(), carried / seconds, lifeCpuNs, (double) floodCpuNs / carried);
        }
    }

    private Flood.Result flood(Path folder) throws InterruptedException {
        if (stop.isRequested()) {
            throw PrivateKafka.stopped();
        }
        try (var flood = OwnProgram.start(Flood.class, folder, FLOOD_FLAGS, Integer.toString(seconds))) {
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
                throw PrivateKafka.stopped();
            }
        }
    }
}
