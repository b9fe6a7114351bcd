package io.skbstream.benchmarks;

import io.skbstream.clients.StopSignal;
import io.skbstream.demo.part.FleetTotals;
import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.JvmFlags;
import io.skbstream.demo.part.PartException;
import io.skbstream.demo.part.Simulator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads a topic that a simulated fleet has filled with two poll loops and with the sample consumer, in turn. Each time it is a
 * fresh process. Runs in the main thread, which they are tied to.
 */
final class JobBenchmark {
    private static final long EVENTS_PER_SECOND = 10_000;

    private static final List<String> FLEET = List.of(
            "--seed", "5", "--hosts", "1000", "--rate", "" + EVENTS_PER_SECOND, "--speed", "0", "--partitions", "6");

    private static final Duration FILL_TIMEOUT = Duration.ofMinutes(30);
    private static final Duration LOOP_TIMEOUT = Duration.ofMinutes(5);

    private final Home home;
    private final int rounds;
    private final long records;
    private final StopSignal stop;

    /** @param records that the fleet sends, about */
    JobBenchmark(Home home, int rounds, long records, StopSignal stop) {
        this.home = home;
        this.rounds = rounds;
        this.records = records;
        this.stop = stop;
    }

    /**
     * Runs all rounds; says on stderr how far it is.
     *
     * @throws PartException if a part failed, or a signal asked for the end
     */
    List<JobRound> run() throws IOException, InterruptedException {
        try (var kafka = PrivateKafka.start(home, stop);
                var offsets = new GroupOffsets(kafka.servers());
                var rows = new Rows(kafka.servers())) {
            FleetTotals truth = fill(kafka);
            System.err.printf(Locale.ROOT, "the topic holds %,d records%n", truth.records());
            var results = new ArrayList<JobRound>();
            for (int number = 1; number <= rounds; number++) {
                var round = round(kafka, offsets, rows, "bench-" + number, truth);
                System.err.printf(
                        Locale.ROOT,
                        "round %d of %d: %,.0f records/s by a bare poll loop, %,.0f by the job%n",
                        number,
                        rounds,
                        round.bare().perSecond(),
                        round.steady().perSecond());
                results.add(round);
            }
            return results;
        }
    }

    private FleetTotals fill(PrivateKafka kafka) throws InterruptedException {
        var options = new ArrayList<>(FLEET);
        options.addAll(
                List.of("--duration", records * 1000 / EVENTS_PER_SECOND + "ms")); // until now, or retention takes them
        try (var fleet = Simulator.start(home, kafka.folder(), kafka.servers(), options)) {
            return fleet.awaitEnd(FILL_TIMEOUT);
        }
    }

    private JobRound round(PrivateKafka kafka, GroupOffsets offsets, Rows rows, String group, FleetTotals truth)
            throws IOException, InterruptedException {
        var bare = poll(kafka, PollLoop.BARE);
        var decoding = poll(kafka, PollLoop.DECODE);
        try (var job = JobRun.start(home, kafka, offsets, group, List.of(), stop)) {
            var first = job.awaitCommitted(1);
            var last = job.awaitCommitted(truth.records());
            job.stop();
            return new JobRound(bare, decoding, first.until(last), job.start().until(last), truth, rows.sumOfNew());
        }
    }

    private Pace poll(PrivateKafka kafka, String what) throws InterruptedException {
        if (stop.isRequested()) {
            throw PrivateKafka.stopped();
        }
        Path folder = kafka.folder();
        var flags = JvmFlags.steady().flags();
        try (var loop = OwnProgram.start(PollLoop.class, folder, flags, kafka.servers(), what)) {
            loop.await(LOOP_TIMEOUT);
            return Pace.parse(loop.output());
        }
    }
}
