package io.skbstream.producer.publish;

import io.skbstream.producer.event.EncodedEvents;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Some events on their way to Kafka, one record each. Once Kafka has decided on every one the flight lands: it goes to the
 * queue of the thread that sent it, which then has it for itself again. Reused; each event's callback is an object that
 * stays.
 */
final class Flight {

    private final AckedLogs.OfSession logs;
    private final BlockingQueue<Flight> landed;
    private final AtomicInteger undecided = new AtomicInteger();
    private final Map<String, BitSet> rejected = new TreeMap<>();
    private final Map<String, Exception> refusals = new TreeMap<>();
    private BitSet undelivered = new BitSet();
    private Slot[] slots = {};
    private EncodedEvents events;
    private long startNs;
    private int sent;
    private int failed;
    private volatile Exception failure;

    /** Takes one record, and calls back once Kafka has decided on it. */
    @FunctionalInterface
    interface Outlet {
        void send(ProducerRecord<byte[], byte[]> record, Callback callback);
    }

    /** The callback of one event. */
    private final class Slot implements Callback {
        private final int index;

        Slot(int index) {
            this.index = index;
        }

        @Override
        public void onCompletion(RecordMetadata metadata, Exception failure) {
            if (failure == null) {
                logs.acked(metadata);
            } else {
                fail(index, failure);
            }
            decide();
        }
    }

    /**
     * @param logs of the session that the events are of
     * @param landed where this flight goes when it has landed
     */
    Flight(AckedLogs.OfSession logs, BlockingQueue<Flight> landed) {
        this.logs = logs;
        this.landed = landed;
    }

    /**
     * Sends the events of {@code which}, or all if it is null. Waits no longer than Kafka's {@code max.block.ms} once: what
     * follows an event for which it waited in vain is not tried.
     */
    void send(Outlet outlet, String topic, byte[] key, EncodedEvents toSend, BitSet which) {
        events = toSend;
        startNs = System.nanoTime();
        sent = which == null ? toSend.size() : which.cardinality();
        failed = 0;
        failure = null;
        undelivered = new BitSet();
        rejected.clear();
        refusals.clear();
        undecided.set(sent + 1); // one for this loop: it cannot land before the loop is over
        makeSlots(toSend.size());
        Long timestampMs = null;
        for (int i = first(which); i >= 0 && i < toSend.size(); i = next(which, i)) {
            long ms = toSend.timestampMs(i);
            if (timestampMs == null || ms != timestampMs) {
                timestampMs = ms; // boxed once a millisecond, not once an event
            }
            send(outlet, new ProducerRecord<>(topic, null, timestampMs, key, toSend.value(i)), slots[i]);
        }
        decide();
    }

    /** The events that were sent, and others that were not meant to be. */
    EncodedEvents events() {
        return events;
    }

    /** When sending began, by {@link System#nanoTime()}. */
    long startNs() {
        return startNs;
    }

    /** How many events are on their way, or were. */
    int sent() {
        return sent;
    }

    /** Once landed: how many events Kafka has acknowledged. */
    int acked() {
        return sent - failed;
    }

    /** Once landed: the events that Kafka may take another time. */
    BitSet undelivered() {
        return undelivered;
    }

    /** Once landed: the events that Kafka refused for good, by reason: the simple name of its exception. */
    Map<String, BitSet> rejected() {
        return rejected;
    }

    /** Once landed: for each reason of {@link #rejected} what Kafka said of one event. */
    Map<String, Exception> refusals() {
        return refusals;
    }

    /** Once landed: why an event was not delivered, of those that may be another time; null if there is none. */
    Exception failure() {
        return failure;
    }

    private void send(Outlet outlet, ProducerRecord<byte[], byte[]> record, Slot slot) {
        Exception inTheWay = failure;
        if (inTheWay != null) { // the next one would wait as long, and in vain
            slot.onCompletion(null, inTheWay);
            return;
        }
        try {
            outlet.send(record, slot);
        } catch (InterruptException stopped) {
            Thread.currentThread().interrupt();
            slot.onCompletion(null, stopped);
        } catch (KafkaException | IllegalStateException refused) { // the client is closed, or in an error state
            slot.onCompletion(null, refused);
        }
    }

    private synchronized void fail(int index, Exception why) {
        failed++;
        if (FailureKind.of(why) == FailureKind.RECORD) {
            String reason = why.getClass().getSimpleName();
            rejected.computeIfAbsent(reason, first -> new BitSet()).set(index);
            refusals.putIfAbsent(reason, why);
        } else {
            undelivered.set(index);
            failure = why;
        }
    }

    private void decide() {
        if (undecided.decrementAndGet() == 0) {
            landed.add(this);
        }
    }

    private void makeSlots(int wanted) {
        if (slots.length < wanted) {
            slots = new Slot[wanted];
            for (int i = 0; i < wanted; i++) {
                slots[i] = new Slot(i);
            }
        }
    }

    private static int first(BitSet which) {
        return which == null ? 0 : which.nextSetBit(0);
    }

    private static int next(BitSet which, int index) {
        return which == null ? index + 1 : which.nextSetBit(index + 1);
    }
}
