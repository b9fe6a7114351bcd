package io.skbstream.example;

import io.skbstream.avro.Talker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Names of tasks and their packets, in bounded memory: the space-saving algorithm of Metwally, Agrawal and El Abbadi
 * (<i>Efficient Computation of Frequent and Top-k Elements in Data Streams</i>, 2005). A name that has no counter takes over
 * that of the smallest, and with it the smallest's count as its uncertainty. So a name with more than 1/{@link #COUNTERS} of
 * all packets always has a counter, no uncertainty exceeds that share, and counts are exact while there were at most
 * {@link #COUNTERS} names. Mutable, for one thread.
 */
final class Talkers {
    static final int COUNTERS = 16;

    /** Of what the kernel calls a task at most 15 bytes come in an event; whatever is longer is not from an agent. */
    private static final int MAX_COMM_CHARS = 15;

    private static final class Counter {
        /** In UTF-8: a window is read and written for each event, and its names are looked at once a commit. */
        final byte[] comm;

        final long uncertain;
        long packets;
        long bytes;

        Counter(byte[] comm, long uncertain) {
            this.comm = comm;
            this.uncertain = uncertain;
        }

        long atMost() {
            return packets + uncertain;
        }

        String name() {
            return new String(comm, StandardCharsets.UTF_8);
        }
    }

    private final List<Counter> counters = new ArrayList<>();

    Talkers() {}

    void count(String comm, int len) {
        String name = comm.length() <= MAX_COMM_CHARS ? comm : comm.substring(0, MAX_COMM_CHARS);
        Counter counter = counterOf(name.getBytes(StandardCharsets.UTF_8));
        counter.packets++;
        counter.bytes += len;
    }

    /** Those with most packets, most first; by name where they are equal. */
    List<Talker> top(int count) {
        return counters.stream()
                .sorted(Comparator.comparingLong(Counter::atMost).reversed().thenComparing(Counter::name))
                .limit(count)
                .map(counter -> new Talker(counter.name(), counter.packets, counter.bytes, counter.uncertain))
                .toList();
    }

    private Counter counterOf(byte[] comm) {
        for (Counter counter : counters) {
            if (Arrays.equals(counter.comm, comm)) {
                return counter;
            }
        }
        long uncertain = 0;
        if (counters.size() == COUNTERS) {
            Counter smallest = counters.stream()
                    .min(Comparator.comparingLong(Counter::atMost))
                    .orElseThrow();
            counters.remove(smallest);
            uncertain = smallest.atMost();
        }
        var added = new Counter(comm, uncertain);
        counters.add(added);
        return added;
    }

    /** What {@link #writeTo} takes. */
    int sizeInBytes() {
        int size = 1;
        for (Counter counter : counters) {
            size += 1 + counter.comm.length + 3 * Long.BYTES;
        }
        return size;
    }

    void writeTo(ByteBuffer out) {
        out.put((byte) counters.size());
        for (Counter counter : counters) {
            out.put((byte) counter.comm.length).put(counter.comm);
            out.putLong(counter.packets).putLong(counter.bytes).putLong(counter.uncertain);
        }
    }

    /** Takes over what {@link #writeTo} gave. */
    Talkers(ByteBuffer in) {
        for (int i = 0, count = in.get(); i < count; i++) {
            byte[] comm = new byte[in.get()];
            in.get(comm);
            long packets = in.getLong();
            long bytes = in.getLong();
            var counter = new Counter(comm, in.getLong());
            counter.packets = packets;
            counter.bytes = bytes;
            counters.add(counter);
        }
    }
}
