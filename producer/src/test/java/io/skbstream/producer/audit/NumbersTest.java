package io.skbstream.producer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class NumbersTest {

    private static final int LOOKS = 5;

    @Property
    void anyRunsInAnyOrderAreCountedAsASetWouldCountThem(
            @ForAll @Size(max = 40) List<@LongRange(min = 0, max = 200_000) Long> starts, @ForAll Random random) {
        Numbers numbers = new Numbers();
        Set<Long> set = new HashSet<>();
        long next = 0;
        for (long start : starts) {
            for (long seq = start; seq <= start + random.nextInt(300); seq++) {
                numbers.add(seq);
                set.add(seq);
                next = Math.max(next, seq + 1);
            }
            assertThat(numbers.distinct()).isEqualTo(set.size());
        }
        assertThat(numbers.next()).isEqualTo(next);
    }

    @Test
    void tensOfMillionsWithAGapNowAndThenTakeLittleMemory() {
        Numbers numbers = new Numbers();
        long lost = 0;
        long before = used();
        for (long seq = 0; seq < 50_000_000; seq++) {
            if (seq % 100_000 == 99_999) {
                lost++;
            } else {
                numbers.add(seq);
            }
        }
        long taken = used() - before;

        assertThat(numbers.distinct()).isEqualTo(50_000_000 - lost);
        assertThat(taken).isLessThan(2 << 20);
    }

    /** The least of some looks: threads that earlier tests left may allocate as well. */
    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < LOOKS; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
