package io.skbstream.simulator.fleet;

import static io.skbstream.simulator.fleet.FleetSettings.require;

/**
 * What befalls the events of a fleet; immutable. A share is a probability from 0 to 1, met on average.
 *
 * @param loss share of the events that are lost, in runs of neighbouring numbers, and whether the end of a session costs
 *     its last events
 * @param duplicates share of the events that are sent twice: half of them at once, half later, with their whole batch
 * @param late share of the batches that are held back, and sent after the ones that follow
 * @param tooLate share of the batches that are held back until they are beyond the grace of a job
 * @param restarts of each agent in a minute of simulated time on average, half of them by a kill
 * @param latestMs how much later than it happened an event is sent at most, unless it is to be too late; in ms
 * @param graceMs how long a job keeps a window open: an event is too late if its own host has sent another one before whose
 *     timestamp is at or after its window's end plus this; in ms
 * @param skewMs how far a host's clock is off at most, fast or slow, each session anew; in ms
 */
public record Trouble(
        double loss,
        double duplicates,
        double late,
        double tooLate,
        double restarts,
        long latestMs,
        long graceMs,
        long skewMs) {

    private static final long MAX_MS = 24 * 3_600_000L;

    /** All in order. */
    public static final Trouble NONE = new Trouble(0, 0, 0, 0, 0, 10_000, 60_000, 0);

    /** @throws IllegalArgumentException that names the option, if a value is out of its bounds */
    public Trouble {
        requireShare("--loss", loss);
        requireShare("--duplicates", duplicates);
        requireShare("--late", late);
        requireShare("--too-late", tooLate);
        require(restarts >= 0 && restarts <= 60, "--restarts must be from 0 to 60 a minute, not " + restarts);
        require(latestMs >= 1000 && latestMs <= MAX_MS, "--latest must be from 1s to 24h");
        require(graceMs >= 0 && graceMs <= MAX_MS, "--grace must be from 0s to 24h");
        require(skewMs >= 0 && skewMs <= MAX_MS, "--skew must be from 0s to 24h");
    }

    private static void requireShare(String option, double share) {
        require(share >= 0 && share <= 1, option + " must be a share from 0 to 1, not " + share);
    }
}
