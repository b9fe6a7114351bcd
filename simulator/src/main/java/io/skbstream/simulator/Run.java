package io.skbstream.simulator;

import io.skbstream.clients.StopSignal;
import io.skbstream.simulator.fleet.Fleet;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a fleet at its pace, with a line in the log every 10 s and at the end. One thread. */
final class Run {
    private static final Logger LOG = LoggerFactory.getLogger(Run.class);
    private static final long REPORT_EVERY_NS = TimeUnit.SECONDS.toNanos(10);

    private final Fleet fleet;
    private final EventSender sender;
    private final double speed;
    private final long beganNs = System.nanoTime();
    private long reportedNs = beganNs;
    private long reported;

    /** @param speed simulated seconds a second; 0 for as many as Kafka takes */
    Run(Fleet fleet, EventSender sender, double speed) {
        this.fleet = fleet;
        this.sender = sender;
        this.speed = speed;
    }

    /**
     * Until the end of the simulated time, or until stopped; then everything that was sent is acknowledged, and the truth is
     * complete.
     *
     * @throws io.skbstream.clients.ProgramException with one line that says why, if Kafka did not take a record
     */
    void run(StopSignal stop) throws InterruptedException {
        while (!stop.await(untilNextStep()) && fleet.step(sender)) {
            reportNowAndThen();
        }
        fleet.finish(sender);
        sender.flush();
        report("sent", sender.sent(), System.nanoTime() - beganNs);
    }

    private Duration untilNextStep() {
        return Duration.ofNanos(speed == 0 ? 0 : beganNs + (long) (fleet.elapsedNs() / speed) - System.nanoTime());
    }

    private void reportNowAndThen() {
        long nowNs = System.nanoTime();
        if (nowNs - reportedNs >= REPORT_EVERY_NS) {
            report("under way", sender.sent() - reported, nowNs - reportedNs);
            reported = sender.sent();
            reportedNs = nowNs;
        }
    }

    private void report(String what, long records, long wallNs) {
        LOG.info(
                "{}: {} events, {} of simulated time, {} events/s",
                what,
                String.format(Locale.ROOT, "%,d", sender.sent()),
                String.format(Locale.ROOT, "%,.1f s", fleet.elapsedNs() / 1e9),
                String.format(Locale.ROOT, "%,.0f", records * 1e9 / Math.max(1, wallNs)));
    }
}
