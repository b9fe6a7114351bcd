package io.skbstream.producer.duty;

import java.util.concurrent.TimeUnit;

/** Runs a {@link Duty} on a thread of its own: steps until told to stop, then drains until a deadline, then closes. */
public final class DutyThread {

    /** How long past its deadline closing may take before the thread is given up. */
    private static final long CLOSE_MS = 5_000;

    private final Duty duty;
    private final Thread thread;
    private final Object interruption = new Object();
    private boolean closing;
    private volatile boolean stopping;
    private volatile long deadlineNs;
    private volatile Throwable failure;

    public DutyThread(String name, Duty duty) {
        this.duty = duty;
        this.thread = new Thread(this::run, name);
    }

    public void start() {
        thread.start();
    }

    /**
     * Lets the duty drain until {@code deadlineNs} (by {@link System#nanoTime()}), then interrupts it. Returns when the duty
     * was closed.
     *
     * @throws IllegalStateException if that takes five seconds longer than the deadline
     */
    public void stop(long deadlineNs) throws InterruptedException {
        this.deadlineNs = deadlineNs;
        stopping = true;
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime())));
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

    /** What ended the duty before it was told to stop, or null. Any thread. */
    public Throwable failure() {
        return failure;
    }

    private void run() {
        try {
            while (!stopping) {
                duty.doWork();
            }
            while (!duty.isDrained()
                    && System.nanoTime() - deadlineNs < 0
                    && !Thread.currentThread().isInterrupted()) {
                duty.doWork();
            }
        } catch (Throwable broken) {
            failure = broken;
        } finally {
            synchronized (interruption) {
                closing = true;
            }
            duty.close(stopping ? deadlineNs : System.nanoTime()); // a duty that broke does not wait
        }
    }
}
