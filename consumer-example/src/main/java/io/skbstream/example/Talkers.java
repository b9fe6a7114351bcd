package io.skbstream.example;

import io.skbstream.avro.Talker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
        final String comm;
        final long uncertain;
        long packets;
        long bytes;

        Counter(String comm, long uncertain) {
            this.comm = comm;
            this.uncertain = uncertain;
        }

        long atMost() {
            return packets + uncertain;
        }
    }

    private final List<Counter> counters = new ArrayList<>();

    Talkers() {}

    void count(String comm, int len) {
        Counter counter = counterOf(comm.length() <= MAX_COMM_CHARS ? comm : comm.substring(0, MAX_COMM_CHARS));
        counter.packets++;
        counter.bytes += len;
    }

    /** Those with most packets, most first; by name where they are equal. */
    List<Talker> top(int count) {
        return counters.stream()
                .sorted(Comparator.comparingLong(Counter::atMost).reversed().thenComparing(counter -> counter.comm))
                .limit(count)
                .map(counter -> new Talker(counter.comm, counter.packets, counter.bytes, counter.uncertain))
                .toList();
    }

    private Counter counterOf(String comm) {
        for (Counter counter : counters) {
            if (counter.comm.equals(comm)) {
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

    byte[] toBytes() {
        List<byte[]> names = counters.stream()
                .map(counter -> counter.comm.getBytes(StandardCharsets.UTF_8))
                .toList();
        int nameBytes = names.stream().mapToInt(name -> name.length).sum();
        ByteBuffer out = ByteBuffer.allocate(1 + counters.size() * (1 + 3 * Long.BYTES) + nameBytes);
        out.put((byte) counters.size());
        for (int i = 0; i < counters.size(); i++) {
            Counter counter = counters.get(i);
            out.put((byte) names.get(i).length).put(names.get(i));
            out.putLong(counter.packets).putLong(counter.bytes).putLong(counter.uncertain);
        }
        return out.array();
    }

    /** Takes over what {@link #toBytes} gave. */
    Talkers(ByteBuffer in) {
        for (int i = 0, count = in.get(); i < count; i++) {
            byte[] comm = new byte[in.get()];
            in.get(comm);
            long packets = in.getLong();
            long bytes = in.getLong();
            var counter = new Counter(new String(comm, StandardCharsets.UTF_8), in.getLong());
            counter.packets = packets;
            counter.bytes = bytes;
            counters.add(counter);
        }
    }
}
