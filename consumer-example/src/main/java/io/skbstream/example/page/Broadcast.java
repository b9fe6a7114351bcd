package io.skbstream.example.page;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells all open pages what has changed, once a tick at most, from a thread of its own. Whatever it tells, pages share: also what
 * a new one begins with, an older snapshot and the changes since, so that memory does not grow with the number of pages.
 */
final class Broadcast implements AutoCloseable {
    /** Of open pages. */
    static final int MOST = 32;

    /** Then a new snapshot is made: a part of what a page may be behind, so that few older ones are still on their way. */
    private static final int MOST_CHANGES = Subscriber.MAY_WAIT / 3;

    private static final long MOST_CHANGES_BYTES = Subscriber.MAY_WAIT_BYTES / 2;

    private static final Logger LOG = LoggerFactory.getLogger(Broadcast.class);

    private final Fleet fleet;
    private final Set<Subscriber> subscribers = new HashSet<>();
    private byte[] snapshot; // null until somebody needs it
    private final List<byte[]> changes = new ArrayList<>(); // since then
    private long changesBytes;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "page-clock");
        thread.setDaemon(true);
        return thread;
    });

    Broadcast(Fleet fleet, long tickMs) {
        this.fleet = fleet;
        clock.scheduleWithFixedDelay(this::tick, tickMs, tickMs, TimeUnit.MILLISECONDS);
    }

    /**
     * From now on it is told of changes, after all that is known now.
     *
     * @return false if there are too many already
     */
    synchronized boolean join(Subscriber subscriber) {
        if (subscribers.size() == MOST) {
            return false;
        }
        if (snapshot == null) {
            snapshot = Messages.of("snapshot", fleet.state(), System.currentTimeMillis());
        }
        subscriber.offer(snapshot);
        changes.forEach(subscriber::offer);
        subscriber.offer(Messages.beat(System.currentTimeMillis())); // the snapshot's time may be long ago
        return subscribers.add(subscriber);
    }

    /** It is not told, nor interrupted, any more. */
    synchronized void leave(Subscriber subscriber) {
        subscribers.remove(subscriber);
    }

    /** How many are told. */
    synchronized int pages() {
        return subscribers.size();
    }

    /** Interrupts this thread, unless it calls {@code cancel(false)} on what is returned before. */
    ScheduledFuture<?> interruptMeAfter(long seconds) {
        return clock.schedule(Thread.currentThread()::interrupt, seconds, TimeUnit.SECONDS);
    }

    private synchronized void tick() {
        try {
            var change = fleet.drain();
            if (change != null && (snapshot != null || !subscribers.isEmpty())) {
                tell(Messages.of("change", change, System.currentTimeMillis()));
            }
        } catch (RuntimeException defect) { // which would end the schedule
            forgetSnapshot();
            LOG.error("the live page was not told of a change", defect);
        }
    }

    private void tell(byte[] change) {
        subscribers.forEach(subscriber -> subscriber.offer(change));
        changes.add(change);
        changesBytes += change.length;
        if (snapshot == null || changes.size() > MOST_CHANGES || changesBytes > MOST_CHANGES_BYTES) {
            forgetSnapshot();
        }
    }

    private void forgetSnapshot() {
        snapshot = null;
        changes.clear();
        changesBytes = 0;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
