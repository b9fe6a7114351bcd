package io.skbstream.simulator.fleet;

/**
 * The numbering of one CPU in one session, and the losses in it that no number sent later has shown so far. Mutable, for one
 * thread.
 */
final class Sequence {
    private long next;
    private long highestSent = -1;
    private long lost;
    private long lostOrTooLate;

    /** Gives a number. */
    long take() {
        return next++;
    }

    /** How many numbers were given. */
    long next() {
        return next;
    }

    /** The last number given is never sent. */
    void lose() {
        lost++;
        lostOrTooLate++;
    }

    /** The last number given will be sent: what was lost before it is missing in its window. */
    void keep(boolean tooLate, WindowTruth window) {
        window.missing += lost;
        lost = 0;
        if (tooLate) {
            lostOrTooLate++;
        } else {
            window.missingInTime += lostOrTooLate;
            lostOrTooLate = 0;
        }
    }

    /** A number is sent for the first time. Returns whether a higher one was sent before. */
    boolean send(long seq) {
        boolean late = seq < highestSent;
        highestSent = Math.max(highestSent, seq);
        return late;
    }

    /** Lost numbers that no number sent follows: only the ledger shows them. */
    long trailing() {
        return lost;
    }
}
