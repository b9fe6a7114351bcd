package io.skbstream.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * What a job held while a steady stream came in, and whether that is flat: what it holds at most in the last third of the time
 * is at most a tenth more than in the third before. The first third is that in which its windows fill up.
 */
final class SoakReport {
    private static final double MOST_GROWTH = 1.10;
    private static final double MIB = 1 << 20;

    private final List<Memory> samples = new ArrayList<>();
    private final Table table = new Table("after, s", "records/s", "heap after a full collection, MiB", "RSS, MiB");
    private boolean exact;

    /** At equal distances. */
    void add(long afterSeconds, double recordsPerSecond, Memory memory) {
        samples.add(memory);
        table.add(
                Long.toString(afterSeconds),
                String.format(Locale.ROOT, "%,.0f", recordsPerSecond),
                String.format(Locale.ROOT, "%.1f", memory.liveBytes() / MIB),
                String.format(Locale.ROOT, "%.1f", memory.residentBytes() / MIB));
    }

    /** Says whether the job's rows add up to the truth. */
    void setExact(boolean exact) {
        this.exact = exact;
    }

    /** Whether neither heap nor process grew, and every record was counted. */
    boolean isGood() {
        return exact && heapGrowth() <= MOST_GROWTH && residentGrowth() <= MOST_GROWTH;
    }

    /** The most in the last third, in parts of the most in the third before. */
    double heapGrowth() {
        return growth(Memory::liveBytes);
    }

    /** Likewise, of the process. */
    double residentGrowth() {
        return growth(Memory::residentBytes);
    }

    private double growth(ToLongFunction<Memory> figure) {
        int third = samples.size() / 3;
        int end = samples.size();
        double last = most(samples.subList(end - third, end), figure);
        return last / most(samples.subList(end - 2 * third, end - third), figure);
    }

    private static long most(List<Memory> samples, ToLongFunction<Memory> figure) {
        return samples.stream().mapToLong(figure).max().orElseThrow();
    }

    String text() {
        return table.text() + verdict();
    }

    String markdown() {
        return table.markdown() + '\n' + verdict();
    }

    private String verdict() {
        String verdict = String.format(
                Locale.ROOT,
                "The most in the last third is %.3f of that in the third before of the heap, %.3f of RSS: %s (at most %.2f is). "
                        + "The rows %s.",
                heapGrowth(),
                residentGrowth(),
                heapGrowth() <= MOST_GROWTH && residentGrowth() <= MOST_GROWTH ? "flat" : "NOT FLAT",
                MOST_GROWTH,
                exact ? "add up to the simulator's truth" : "DO NOT ADD UP to the simulator's truth");
        return verdict + '\n' + Machine.describe();
    }
}
