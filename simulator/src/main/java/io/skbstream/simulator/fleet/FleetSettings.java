package io.skbstream.simulator.fleet;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;

/**
 * What the fleet is; immutable. The same settings give the same run.
 *
 * @param seed of everything that is drawn
 * @param hosts number of hosts, at least 1
 * @param hostPrefix their names are this and a number from 1
 * @param cpus CPUs of each host, at least 1
 * @param rate events a second of simulated time, of all hosts together
 * @param startMs when the run begins, in ms since the Unix epoch, by a clock that is right
 * @param durationMs its length in ms of simulated time
 * @param maxEvents ends the run as soon as so many events have happened, those that are then lost included
 * @param windowMs length in ms of the tumbling windows of the truth, which begin at multiples of it since the Unix epoch
 * @param topic the topic of the events, which ledgers name
 * @param partitions of that topic, at least 1
 * @param trouble what befalls the events
 */
public record FleetSettings(
        long seed,
        int hosts,
        String hostPrefix,
        int cpus,
        double rate,
        long startMs,
        long durationMs,
        long maxEvents,
        long windowMs,
        String topic,
        int partitions,
        Trouble trouble) {

    /** @throws IllegalArgumentException that names the option, if a value is out of its bounds */
    public FleetSettings {
        require(hosts >= 1 && hosts <= 1_000_000, "--hosts must be from 1 to 1000000, not " + hosts);
        require(cpus >= 1 && cpus <= 8192, "--cpus must be from 1 to 8192, not " + cpus);
        require(
                rate > 0 && rate <= 1e8,
                "--rate must be more than 0 and at most 1e8 events/s, not " + rate
                        + "; --speed 0 sends as fast as Kafka takes it");
        require(durationMs > 0, "--duration must be more than 0");
        require(maxEvents > 0, "--events must be more than 0, not " + maxEvents);
        require(windowMs > 0, "--window must be more than 0");
        require(partitions >= 1, "a topic has at least 1 partition, not " + partitions);
        require(hostPrefix.matches("[A-Za-z0-9._-]*"), "--host-prefix may have letters, digits and . _ - only");
        // Sum of the clocks' error and of how late an event in time may be; a second more, for an event is sent some
        // time
        // after it happened.
        long latestMs = trouble.latestMs() + 2 * trouble.skewMs() + 1000;
        require(
                trouble.tooLate() == 0 || trouble.graceMs() >= latestMs,
                "--grace must be at least --latest + 2 x --skew + 1s = " + latestMs
                        + " ms, or events in time could not be told from those too late");
    }

    /** The same fleet at another time, in ms since the Unix epoch. */
    public FleetSettings startingAt(long ms) {
        return new FleetSettings(
                seed, hosts, hostPrefix, cpus, rate, ms, durationMs, maxEvents, windowMs, topic, partitions, trouble);
    }

    /** The same fleet, on a topic of so many partitions. */
    public FleetSettings onPartitions(int count) {
        return new FleetSettings(
                seed, hosts, hostPrefix, cpus, rate, startMs, durationMs, maxEvents, windowMs, topic, count, trouble);
    }

    /**
     * What simulated time goes on for after the run, in ms, until a job's grace for what is to be too late is over; 0 where
     * nothing is.
     */
    public long silenceMs() {
        // Twice the skew, for a clock that was fast may be slow by then.
        return trouble.tooLate() == 0 ? 0 : windowMs + trouble.graceMs() + 2 * trouble.skewMs();
    }

    /** Where the events of a host go: where Kafka's own clients would send them, by the host as their key. */
    public int partitionOf(String host) {
        return Utils.toPositive(Utils.murmur2(host.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    /** When the window begins that a time is in; both in ms since the Unix epoch. */
    public long windowStartMs(long timeMs) {
        return Math.floorDiv(timeMs, windowMs) * windowMs;
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
