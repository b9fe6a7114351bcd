package io.skbstream.producer.duty;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs a {@link Duty} on a thread of its own: steps until told to stop, then drains until a deadline, then closes. A duty
 * that breaks is closed when told to stop as well, so that it can account for what came in meanwhile.
 */
public final class DutyThread {

    /** How long past its deadline closing may take before the thread is given up. */
    private static final long CLOSE_MS = 5_000;

    private final Duty duty;
    private final Thread thread;
    private final Object interruption = new Object();
    private final CountDownLatch stop = new CountDownLatch(1);
    private boolean closing;
    private volatile long deadlineNs;
    private volatile Throwable failure;

    public DutyThread(String name, Duty duty) {
        this.duty = duty;
        this.thread = new Thread(this::run, name);
    }

    public void start() {
        thread.start();
    }

    /** Asks the duty to end after the step that it is at; {@link #stop} has to follow. */
    public void requestStop(long deadlineNs) {
        this.deadlineNs = deadlineNs;
        stop.countDown();
    }

    /**
     * Lets the duty drain until {@code deadlineNs} (by {@link System#nanoTime()}), then interrupts it. Returns when the duty
     * was closed.
     *
     * @throws IllegalStateException if that takes five seconds longer than the deadline
     */
    public void stop(long deadlineNs) throws InterruptedException {
        requestStop(deadlineNs);
        TimeUnit.NANOSECONDS.timedJoin(thread, deadlineNs - System.nanoTime()); // never less: it rounds up
        synchronized (interruption) {
            if (!closing) {
                thread.interrupt();
            }
        }
        thread.join(CLOSE_MS);
        if (thread.isAlive()) {
            throw new IllegalStateException("thread " + thread.getName() + " does not end");
        }
    }

    /** What it is called in logs. */
    public String name() {
        return thread.getName();
    }

    /** What broke the duty, at whatever step, or null. Any thread. */
    public Throwable failure() {
        return failure;
    }

    private void run() {
        long closeByNs;
        try {
            work();
            closeByNs = deadlineNs;
        } catch (Throwable broken) {
            failure = broken;
            awaitStop();
            closeByNs = System.nanoTime(); // a duty that broke does not wait
        }
        synchronized (interruption) {
            closing = true;
            Thread.interrupted(); // that was for the work: closing may wait
        }
        try {
            duty.close(closeByNs);
        } catch (Throwable broken) {
            failure = failure == null ? broken : failure;
        }
    }

    private void work() {
        while (stop.getCount() > 0) {
            duty.doWork();
        }
        while (!duty.isDrained()
                && System.nanoTime() - deadlineNs < 0
                && !Thread.currentThread().isInterrupted()) {
            duty.doWork();
        }
    }

    private void awaitStop() {
        Thread.interrupted(); // left over from the work
        try {
            stop.await();
        } catch (InterruptedException stopped) {
            // Only stop() interrupts this thread.
        }
    }
}
