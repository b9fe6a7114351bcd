package io.skbstream.example.page;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells all open pages what has changed, at most once a second, from a thread of its own. */
final class Broadcast implements AutoCloseable {
    /** Of open pages. */
    static final int MOST = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Broadcast.class);

    private final Fleet fleet;
    private final Set<Subscriber> subscribers = new HashSet<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "page-clock");
        thread.setDaemon(true);
        return thread;
    });

    Broadcast(Fleet fleet) {
        this.fleet = fleet;
        clock.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
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
        subscriber.offer(Messages.of("snapshot", fleet.state(), System.currentTimeMillis()));
        return subscribers.add(subscriber);
    }

    /** It is not told, nor interrupted, any more. */
    synchronized void leave(Subscriber subscriber) {
        subscribers.remove(subscriber);
    }

    /** Interrupts this thread, unless it calls {@code cancel(false)} on what is returned before. */
    ScheduledFuture<?> interruptMeAfter(long seconds) {
        return clock.schedule(Thread.currentThread()::interrupt, seconds, TimeUnit.SECONDS);
    }

    private synchronized void tick() {
        try {
            var change = fleet.drain();
            if (change != null && !subscribers.isEmpty()) {
                byte[] message = Messages.of("change", change, System.currentTimeMillis());
                subscribers.forEach(subscriber -> subscriber.offer(message));
            }
        } catch (RuntimeException defect) { // which would end the schedule
            LOG.error("the live page was not told of a change", defect);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
