package io.skbstream.simulator.fleet;

import io.skbstream.avro.NetifReceive;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One host: its sessions, one after the other, and what its agents hold back. Time comes in ticks; within one, each CPU
 * captures a batch. Mutable, for one thread.
 */
final class Host {
    private static final long NS_PER_MS = 1_000_000;
    private static final long MINUTE_NS = 60_000 * NS_PER_MS;
    private static final long LONGEST_DOWN_NS = 5_000 * NS_PER_MS;

    private final FleetSettings settings;
    private final Trouble trouble;
    private final String name;
    private final double eventsPerTick;
    private final SplittableRandom random;
    private final Traffic traffic;
    private final Truth truth;
    private final PartitionTime partition;
    private final TreeMap<Long, WindowTruth> windows;
    private final PriorityQueue<Batch> held = new PriorityQueue<>(Comparator.comparingLong(Batch::dueNs));
    private final Queue<Batch> tooLate = new ArrayDeque<>();

    private Session session; // null while the agent is down
    private Session killed; // whose last word its successor has to say
    private long lastSessionId = Long.MIN_VALUE;
    private long upAtNs;
    private long newestMs = Long.MIN_VALUE; // of the events that were sent

    Host(
            FleetSettings settings,
            String name,
            double eventsPerTick,
            SplittableRandom random,
            Truth truth,
            PartitionTime partition) {
        this.settings = settings;
        this.name = name;
        this.eventsPerTick = eventsPerTick;
        this.random = random;
        this.truth = truth;
        this.partition = partition;
        trouble = settings.trouble();
        traffic = new Traffic(name, random);
        windows = truth.host(name);
        upAtNs = settings.startMs() * NS_PER_MS;
    }

    /**
     * What happens and is sent from now until the next tick.
     *
     * @param ledgerIsDue whether a running agent writes its ledger at the end of this tick
     * @return how many events happened
     */
    long tick(long nowNs, boolean ledgerIsDue, Outlet out) {
        if (session == null) {
            if (nowNs < upAtNs) {
                return 0;
            }
            start(nowNs, out);
        }
        sendDue(nowNs, nowNs, out);
        boolean ends = happens(trouble.restarts() * Fleet.TICK_NS / MINUTE_NS);
        boolean kill = ends && random.nextBoolean();
        LossCause endCosts = !ends ? null : kill ? LossCause.KILLED : LossCause.ABANDONED;
        long before = session.hits();
        for (int cpu = 0; cpu < settings.cpus(); cpu++) {
            capture(cpu, nowNs, endCosts, out);
        }
        long happened = session.hits() - before;
        long thenNs = nowNs + Fleet.TICK_NS;
        if (ends) {
            end(kill, thenNs, out);
        } else if (ledgerIsDue) {
            out.ledger(session.ledger(thenNs));
        }
        return happened;
    }

    /** Everything that is still to be sent in time. */
    void flush(long nowNs, Outlet out) {
        if (session == null) {
            start(nowNs, out);
        }
        sendDue(Long.MAX_VALUE, nowNs, out);
    }

    /** One more event, after a silence that leaves all others behind a job's grace, and then what was to be too late. */
    void flushTooLate(long nowNs, Outlet out) {
        if (!tooLate.isEmpty()) {
            NetifReceive event =
                    traffic.packet(session.id(), 0, session.sequence(0).take(), nowNs + session.offsetNs());
            session.hit(event);
            session.sequence(0).keep(false, windowOf(event));
            sendFirst(session, event, null, out);
            sendTooLate(nowNs, out);
        }
    }

    /** The last word of the last session. */
    void stop(long nowNs, Outlet out) {
        end(false, nowNs, out);
    }

    private void start(long nowNs, Outlet out) {
        long skewNs = trouble.skewMs() * NS_PER_MS;
        long offsetNs = skewNs == 0 ? 0 : random.nextLong(-skewNs, skewNs + 1);
        lastSessionId = Math.max(lastSessionId + 1, (nowNs + offsetNs) / NS_PER_MS);
        session = new Session(settings, name, lastSessionId, offsetNs, traffic, random);
        truth.add(session);
        if (killed != null) {
            out.ledger(killed.ledger(nowNs));
            killed = null;
        }
    }

    private void end(boolean kill, long nowNs, Outlet out) {
        session.end(kill);
        if (kill) {
            killed = session;
        } else {
            out.ledger(session.ledger(nowNs));
        }
        session = null;
        // A batch may be held back for half of what an event may be late; the other half is for this.
        long longestNs = Math.min(LONGEST_DOWN_NS, trouble.latestMs() * NS_PER_MS / 2);
        upAtNs = nowNs + random.nextLong(longestNs);
    }

    /** @param endCosts why the last events of the batch are lost, since the session ends; null if it does not */
    private void capture(int cpu, long nowNs, LossCause endCosts, Outlet out) {
        int count = draw(eventsPerTick * shareOf(cpu));
        if (count == 0) {
            return;
        }
        boolean isTooLate = happens(trouble.tooLate());
        Sequence sequence = session.sequence(cpu);
        Losses losses = session.losses(cpu);
        int costly = endCosts == null ? count : count - losses.tail();
        double stepNs = (double) Fleet.TICK_NS / count;
        List<NetifReceive> kept = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long timestampNs = nowNs + session.offsetNs() + (long) ((i + random.nextDouble()) * stepNs);
            NetifReceive event = traffic.packet(session.id(), cpu, sequence.take(), timestampNs);
            session.hit(event);
            LossCause cause = i < costly ? losses.next() : endCosts;
            if (cause == null) {
                sequence.keep(isTooLate, windowOf(event));
                kept.add(event);
            } else {
                sequence.lose();
                session.lose(cause);
            }
        }
        if (!kept.isEmpty()) {
            dispatch(kept, isTooLate, nowNs, out);
        }
    }

    private void dispatch(List<NetifReceive> batch, boolean isTooLate, long nowNs, Outlet out) {
        if (isTooLate) {
            session.spool(batch.size());
            tooLate.add(new Batch(session, batch, Long.MAX_VALUE, Batch.Kind.TOO_LATE));
        } else if (happens(trouble.late())) {
            session.spool(batch.size());
            held.add(new Batch(session, batch, someTimeAfter(nowNs), Batch.Kind.HELD));
        } else {
            for (NetifReceive event : batch) {
                sendFirst(session, event, null, out);
            }
            if (happens(trouble.duplicates() / 2)) {
                held.add(new Batch(session, batch, someTimeAfter(nowNs), Batch.Kind.COPY));
            }
        }
    }

    /** Within half of what an event may be late, less what is lost by sending only at the beginning of a tick. */
    private long someTimeAfter(long nowNs) {
        long longestNs = trouble.latestMs() * NS_PER_MS / 2 - 3 * Fleet.TICK_NS;
        return nowNs + Fleet.TICK_NS + random.nextLong(longestNs);
    }

    private void sendDue(long untilNs, long nowNs, Outlet out) {
        while (!held.isEmpty() && held.peek().dueNs() <= untilNs) {
            send(held.poll(), nowNs, out);
        }
        sendTooLate(nowNs, out);
    }

    private void sendTooLate(long nowNs, Outlet out) {
        while (!tooLate.isEmpty() && isBeyondGrace(tooLate.peek())) {
            send(tooLate.poll(), nowNs, out);
        }
    }

    private boolean isBeyondGrace(Batch batch) {
        return newestMs >= settings.windowStartMs(batch.newestMs()) + settings.windowMs() + trouble.graceMs();
    }

    private void send(Batch batch, long nowNs, Outlet out) {
        for (NetifReceive event : batch.events()) {
            if (batch.kind() == Batch.Kind.COPY) {
                sendAgain(batch.session(), event, out);
            } else {
                sendFirst(batch.session(), event, batch.kind(), out);
            }
        }
        if (batch.session() != session && batch.kind() != Batch.Kind.COPY) {
            out.ledger(batch.session().ledger(nowNs)); // it had its last word; what was replayed since belongs to it
        }
    }

    /** @param heldAs what it comes out of the spool as; null if it was never there */
    private void sendFirst(Session by, NetifReceive event, Batch.Kind heldAs, Outlet out) {
        out.event(event);
        by.send(heldAs != null);
        boolean isTooLate = heldAs == Batch.Kind.TOO_LATE;
        boolean isLate = by.sequence(event.getCpu()).send(event.getSeq());
        windowOf(event).sent(event, isLate, isTooLate);
        if (isTooLate) {
            windowAt(partition.newestMs()).cameTooLate++;
        }
        long timestampMs = event.getTimestamp().toEpochMilli();
        newestMs = Math.max(newestMs, timestampMs);
        partition.advanceTo(timestampMs);
        if (!isTooLate && happens(trouble.duplicates() / 2)) {
            sendAgain(by, event, out);
        }
    }

    private void sendAgain(Session by, NetifReceive event, Outlet out) {
        out.event(event);
        by.sendAgain();
        windowOf(event).duplicates++;
    }

    private WindowTruth windowOf(NetifReceive event) {
        return windowAt(event.getTimestamp().toEpochMilli());
    }

    private WindowTruth windowAt(long timeMs) {
        return windows.computeIfAbsent(settings.windowStartMs(timeMs), first -> new WindowTruth());
    }

    /** The first CPU has as much as two others: it serves the interrupts. */
    private double shareOf(int cpu) {
        return (cpu == 0 ? 2.0 : 1.0) / (settings.cpus() + 1);
    }

    /** Anything from nothing to twice the mean, so that traffic comes in bursts. */
    private int draw(double mean) {
        return (int) (2 * mean * random.nextDouble() + random.nextDouble());
    }

    private boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }
}
