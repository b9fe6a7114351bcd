package io.skbstream.producer.duty;

/** The work of one thread. All methods run on that thread. */
public interface Duty {

    /**
     * One bounded step; waits a little itself when there is nothing to do.
     *
     * @return how much was done, 0 if nothing
     */
    int doWork();

    /** Whether nothing is left to do, so that a stopping thread may end. */
    boolean isDrained();

    /**
     * Called once at the end, drained or out of time: accounts for what is left and gives resources back.
     *
     * @param deadlineNs when to stop waiting for others, by {@link System#nanoTime()}; may have passed
     */
    void close(long deadlineNs);
}
