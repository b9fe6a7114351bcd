package io.skbstream.simulator.fleet;

import java.util.SplittableRandom;

/** Decides which events of one CPU are lost: runs of neighbours, as a full ring or a lost batch costs. One thread. */
final class Losses {
    private static final int LONGEST_RUN = 15;
    private static final double MEAN_RUN = (1 + LONGEST_RUN) / 2.0;

    private final SplittableRandom random;
    private final double share;
    private final double runProbability;
    private int left;
    private LossCause cause;

    /** @param share of the events that are lost on average, from 0 to 1 */
    Losses(double share, SplittableRandom random) {
        this.random = random;
        this.share = share;
        // A cycle is (1 - p) / p events that are kept and then MEAN_RUN that are not.
        runProbability = share == 0 ? 0 : 1 / (1 + MEAN_RUN * (1 - share) / share);
    }

    /** Why the next event is lost; null if it is not. */
    LossCause next() {
        if (left == 0 && share > 0 && random.nextDouble() < runProbability) {
            left = 1 + random.nextInt(LONGEST_RUN);
            cause = LossCause.draw(random);
        }
        if (left == 0) {
            return null;
        }
        left--;
        return cause;
    }

    /** How many of the last events of a session its end costs. */
    int tail() {
        return share == 0 ? 0 : random.nextInt(LONGEST_RUN + 1);
    }
}
