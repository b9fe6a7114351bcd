package io.skbstream.producer.audit;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The records of one session that are in the topic. One thread. */
final class Tally {

    private final Map<Integer, Numbers> byCpu = new TreeMap<>();
    private long records;

    void add(int cpu, long seq) {
        records++;
        byCpu.computeIfAbsent(cpu, first -> new Numbers()).add(seq);
    }

    /** With duplicates. */
    long records() {
        return records;
    }

    /** Without. */
    long distinct() {
        return byCpu.values().stream().mapToLong(Numbers::distinct).sum();
    }

    Set<Integer> cpus() {
        return byCpu.keySet();
    }

    /** One more than the highest number of this CPU; 0 if there is none. */
    long next(int cpu) {
        Numbers numbers = byCpu.get(cpu);
        return numbers == null ? 0 : numbers.next();
    }
}
