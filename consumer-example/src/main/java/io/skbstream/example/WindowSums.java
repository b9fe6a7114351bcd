package io.skbstream.example;

import io.skbstream.avro.NetifReceive;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** The sums of one host and window, as the state store holds them. Mutable, for one thread. */
final class WindowSums {
    static final int MAX_SESSIONS = 8;
    static final Serde<WindowSums> SERDE = Serdes.serdeFrom(
            (topic, sums) -> sums == null ? null : sums.toBytes(),
            (topic, bytes) -> bytes == null ? null : new WindowSums(bytes));

    /** What an event changes in a window; it need not be the window of the event. */
    @FunctionalInterface
    interface Change {
        void applyTo(WindowSums sums);
    }

    private final long[] histogram = new long[Integer.SIZE];
    private final List<Long> sessions = new ArrayList<>(1);
    private final Talkers talkers;
    private long packets;
    private long bytes;
    private long events;
    private long missing;
    private long duplicates;
    private long late;

    WindowSums() {
        talkers = new Talkers();
    }

    void count(NetifReceive event) {
        events++;
        rememberSession(event.getSession());
        if (event.getDevice().equals("lo")) {
            packets++;
            bytes += event.getLen();
            histogram[bucket(event.getLen())]++;
            talkers.count(event.getComm(), event.getLen());
        }
    }

    /** @param count negative to take back what was reported too early */
    void addMissing(long count) {
        missing += count;
    }

    void addDuplicate() {
        duplicates++;
    }

    void addLate() {
        late++;
    }

    /** Events of the device lo. */
    long packets() {
        return packets;
    }

    /** Sum of their len. */
    long bytes() {
        return bytes;
    }

    /** Events of every device. */
    long events() {
        return events;
    }

    long missing() {
        return missing;
    }

    long duplicates() {
        return duplicates;
    }

    long late() {
        return late;
    }

    /** Packets by the power of two of their len, up to the last that is not 0. */
    List<Long> histogram() {
        List<Long> buckets = new ArrayList<>();
        for (int i = 0; i < usedBuckets(); i++) {
            buckets.add(histogram[i]);
        }
        return buckets;
    }

    Talkers talkers() {
        return talkers;
    }

    /** Newest first, at most {@link #MAX_SESSIONS}. */
    List<Long> sessions() {
        return List.copyOf(sessions);
    }

    /** Where a len belongs: 2^i to 2^(i+1) - 1 in bucket i, and 0 with 1. */
    private static int bucket(int len) {
        return len <= 1 ? 0 : Integer.SIZE - 1 - Integer.numberOfLeadingZeros(len);
    }

    private int usedBuckets() {
        int used = histogram.length;
        while (used > 0 && histogram[used - 1] == 0) {
            used--;
        }
        return used;
    }

    private void rememberSession(Long session) {
        if (!sessions.contains(session)) {
            sessions.add(session);
            sessions.sort(Comparator.reverseOrder());
            if (sessions.size() > MAX_SESSIONS) {
                sessions.remove(MAX_SESSIONS);
            }
        }
    }

    private byte[] toBytes() {
        int buckets = usedBuckets();
        ByteBuffer out = ByteBuffer.allocate((6 + buckets + sessions.size()) * Long.BYTES + 2 + talkers.sizeInBytes());
        out.putLong(packets).putLong(bytes).putLong(events);
        out.putLong(missing).putLong(duplicates).putLong(late);
        out.put((byte) buckets);
        for (int i = 0; i < buckets; i++) {
            out.putLong(histogram[i]);
        }
        out.put((byte) sessions.size());
        sessions.forEach(out::putLong);
        talkers.writeTo(out);
        return out.array();
    }

    private WindowSums(byte[] state) {
        ByteBuffer in = ByteBuffer.wrap(state);
        packets = in.getLong();
        bytes = in.getLong();
        events = in.getLong();
        missing = in.getLong();
        duplicates = in.getLong();
        late = in.getLong();
        for (int i = 0, buckets = in.get(); i < buckets; i++) {
            histogram[i] = in.getLong();
        }
        for (int i = 0, count = in.get(); i < count; i++) {
            sessions.add(in.getLong());
        }
        talkers = new Talkers(in);
    }
}
