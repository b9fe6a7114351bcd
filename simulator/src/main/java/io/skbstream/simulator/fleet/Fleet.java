package io.skbstream.simulator.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Hosts with agents that send what the contract allows. {@link #step} is called until it returns false, or until enough is
 * enough; then {@link #finish} once. One thread.
 *
 * <p>Hosts are of very different size: the rate of the n-th is proportional to {@code n ^ -0.8}.
 */
public final class Fleet {
    /** Length of a step in ns of simulated time. */
    public static final long TICK_NS = 100_000_000;

    private static final long NS_PER_MS = 1_000_000;
    private static final double POWER = -0.8;

    /** Running agents write their ledger every 10 s. */
    private static final int TICKS_PER_LEDGER = 100;

    private final FleetSettings settings;
    private final Truth truth;
    private final List<Host> hosts = new ArrayList<>();
    private long tick;
    private long events;

    public Fleet(FleetSettings settings) {
        this.settings = settings;
        truth = new Truth(settings);
        var random = new SplittableRandom(settings.seed());
        double sum = 0;
        for (int number = 1; number <= settings.hosts(); number++) {
            sum += StrictMath.pow(number, POWER);
        }
        List<PartitionTime> partitions =
                Stream.generate(PartitionTime::new).limit(settings.partitions()).toList();
        int digits = Integer.toString(settings.hosts()).length();
        for (int number = 1; number <= settings.hosts(); number++) {
            String name = settings.hostPrefix() + ("%0" + digits + "d").formatted(number);
            double rate = settings.rate() * StrictMath.pow(number, POWER) / sum;
            PartitionTime time = partitions.get(settings.partitionOf(name));
            hosts.add(new Host(settings, name, rate * TICK_NS / 1e9, random.split(), truth, time));
        }
    }

    /** Sends what happens within the next {@link #TICK_NS}. Returns false, and does nothing, at the end of the run. */
    public boolean step(Outlet out) {
        if (events >= settings.maxEvents() || elapsedNs() / NS_PER_MS >= settings.durationMs()) {
            return false;
        }
        long nowNs = nowNs();
        for (int i = 0; i < hosts.size(); i++) {
            boolean ledgerIsDue = (tick + 1 + i) % TICKS_PER_LEDGER == 0;
            events += hosts.get(i).tick(nowNs, ledgerIsDue, out);
        }
        tick++;
        return true;
    }

    /**
     * Ends the run here and now: sends all that was held back, and the last ledgers. If some of it is to be too late, simulated
     * time first goes on until a job's grace for it is over, and its hosts send one more event.
     */
    public void finish(Outlet out) {
        long nowNs = nowNs();
        hosts.forEach(host -> host.flush(nowNs, out));
        long laterNs = nowNs + settings.silenceMs() * NS_PER_MS;
        hosts.forEach(host -> host.flushTooLate(laterNs, out));
        hosts.forEach(host -> host.stop(laterNs, out));
    }

    /** How long the run is, in ns of simulated time. */
    public long elapsedNs() {
        return tick * TICK_NS;
    }

    /** What was sent so far. */
    public Truth truth() {
        return truth;
    }

    private long nowNs() {
        return settings.startMs() * NS_PER_MS + elapsedNs();
    }
}
