package io.skbstream.benchmarks;

import io.skbstream.demo.part.FleetTotals;
import io.skbstream.demo.part.Home;
import io.skbstream.demo.part.PartException;
import io.skbstream.demo.part.Simulator;
import io.skbstream.demo.part.StopSignal;
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

    /** Short, so that windows are soon forgotten as fast as they come. */
    private static final String GRACE = "1m";

    private static final Duration START_AND_END_TIMEOUT = Duration.ofSeconds(60);

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
        var fleetOptions = List.of(
                "--hosts", "1000", "--rate", "10000", "--partitions", "6", "--duration", length.toSeconds() + "s");
        try (var kafka = PrivateKafka.start(home, stop);
                var offsets = new GroupOffsets(kafka.servers());
                var rows = new Rows(kafka.servers());
                var job = JobRun.start(home, kafka, offsets, "soak", List.of("--grace", GRACE), stop);
                var fleet = Simulator.start(home, kafka.folder(), kafka.servers(), fleetOptions)) {
            var report = new SoakReport();
            sample(job, report);
            FleetTotals truth = fleet.awaitEnd(START_AND_END_TIMEOUT);
            job.awaitCommitted(truth.records());
            job.stop();
            report.setExact(truth.equals(rows.sumOfNew()));
            return report;
        }
    }

    private void sample(JobRun job, SoakReport report) throws IOException, InterruptedException {
        Duration between = length.dividedBy(SAMPLES);
        var before = job.awaitCommitted(1);
        long beganNs = before.atNs();
        for (int number = 1; number <= SAMPLES; number++) {
            long dueNs = beganNs + number * between.toNanos();
            if (stop.await(Duration.ofNanos(dueNs - System.nanoTime()))) {
                throw PrivateKafka.stopped();
            }
            var now = job.now();
            var memory = job.memory();
            double perSecond = before.until(now).perSecond();
            report.add(number * between.toSeconds(), perSecond, memory);
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
