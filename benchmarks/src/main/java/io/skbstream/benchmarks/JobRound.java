package io.skbstream.benchmarks;

import io.skbstream.demo.part.FleetTotals;

/**
 * The same topic three times, from its begin to its end.
 *
 * @param bare by a loop that only polls
 * @param decoding by a loop that also decodes
 * @param steady by the job, from its first commit to its last
 * @param whole by the job, with its start
 * @param truth what its rows must add up to
 * @param found what they add up to
 */
record JobRound(Pace bare, Pace decoding, Pace steady, Pace whole, FleetTotals truth, FleetTotals found) {

    /** Records a second of the job, in parts of those of the bare loop. */
    double toBare() {
        return steady.perSecond() / bare.perSecond();
    }

    /** Likewise, of the loop that decodes. */
    double toDecoding() {
        return steady.perSecond() / decoding.perSecond();
    }

    boolean isExact() {
        return truth.equals(found);
    }
}
