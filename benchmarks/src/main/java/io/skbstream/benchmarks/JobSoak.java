package io.skbstream.benchmarks;

import io.skbstream.clients.StopSignal;
import io.skbstream.demo.part.FleetTotals;
import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.PartException;
import io.skbstream.demo.part.Simulator;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Gives the sample consumer a steady stream of a simulated fleet, in real time, and looks now and then at what it holds. Runs in
 * the main thread, which the parts are tied to.
 */
final class JobSoak {
    private static final int SAMPLES = 10;

    /** For each sample, which is the most that was seen: the serial collector leaves gaps, and fills them at every fourth look. */
    private static final int LOOKS = 7;

    /** Short, so that windows are soon forgotten as fast as they come. */
    private static final String GRACE = "1m";

    /** Before its first commit, at most; the fleet runs for longer than it is needed, and is stopped. */
    private static final Duration START_TIMEOUT = Duration.ofMinutes(5);

    private final Home home;
    private final Duration length;
    private final StopSignal stop;

    JobSoak(Home home, Duration length, StopSignal stop) {
        this.home = home;
        this.length = length;
        this.stop = stop;
    }

    /**
     * Runs it; says each sample on stderr.
     *
     * @throws PartException if a part failed, or a signal asked for the end
     */
    SoakReport run() throws IOException, InterruptedException {
        String fleetTime = length.plus(START_TIMEOUT).toSeconds() + "s";
        var fleetOptions = List.of("--hosts", "1000", "--rate", "10000", "--partitions", "6", "--duration", fleetTime);
        try (var kafka = PrivateKafka.start(home, stop);
                var offsets = new GroupOffsets(kafka.servers());
                var rows = new Rows(kafka.servers());
                var job = JobRun.start(home, kafka, offsets, "soak", List.of("--grace", GRACE), stop);
                var fleet = Simulator.start(home, kafka.folder(), kafka.servers(), fleetOptions)) {
            var report = new SoakReport();
            sample(job, report);
            FleetTotals truth = fleet.stop();
            job.awaitCommitted(truth.records());
            job.stop();
            report.setExact(truth.equals(rows.sumOfNew()));
            return report;
        }
    }

    private void sample(JobRun job, SoakReport report) throws IOException, InterruptedException {
        var before = job.awaitCommitted(1);
        long beganNs = before.atNs();
        for (int number = 1; number <= SAMPLES; number++) {
            var memory = new Memory(0, 0);
            for (int look = 1; look <= LOOKS; look++) {
                long looks = (number - 1) * LOOKS + look;
                long dueNs = beganNs + length.toNanos() * looks / (SAMPLES * LOOKS);
                if (stop.await(Duration.ofNanos(dueNs - System.nanoTime()))) {
                    throw PrivateKafka.stopped();
                }
                memory = memory.most(job.memory());
            }
            var now = job.now();
            double perSecond = before.until(now).perSecond();
            report.add(length.toSeconds() * number / SAMPLES, perSecond, memory);
            System.err.printf(
                    Locale.ROOT,
                    "sample %d of %d: %,.0f records/s, %,d bytes live%n",
                    number,
                    SAMPLES,
                    perSecond,
                    memory.liveBytes());
            before = now;
        }
    }
}
