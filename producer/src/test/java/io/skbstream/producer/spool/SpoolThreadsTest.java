package io.skbstream.producer.spool;

import static io.skbstream.producer.spool.TestEvents.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.SessionState;
import io.skbstream.producer.spool.SpoolSettings.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The agent's three threads at once, in a spool that is always full. */
@Timeout(600)
class SpoolThreadsTest {

    private static final long SESSION = 1_000;
    private static final int BATCH = 200;
    private static final int BATCHES = 600;

    private final Set<Long> settled = new HashSet<>();
    private volatile boolean appending = true;

    @Test
    void appendingReplayingAndKeepingHouseDoNotDisturbEachOther() throws Exception {
        Path parent = Copies.inMemory();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (Spool spool = Spool.open(
                new SpoolSettings(parent.resolve("spool"), 200_000, Duration.ofDays(7), Policy.EVICT_OLDEST),
                HOST,
                SESSION)) {
            List<Callable<Void>> duties = List.of(() -> append(spool), () -> replay(spool), () -> keepHouse(spool));
            List<Future<Void>> ends = new ArrayList<>();
            duties.forEach(duty -> ends.add(threads.submit(duty)));
            for (Future<Void> end : ends) {
                end.get();
            }

            SpoolCounts counts = spool.counts();
            assertThat(counts.acked()).isEqualTo(settled.size()).isPositive();
            assertThat(counts.evicted()).isPositive();
            assertThat(counts.failed()).isZero();
            assertThat(counts.spooled()).isZero();
            assertThat(counts.acked() + counts.evicted()).isEqualTo((long) BATCH * BATCHES);
            assertThat(spool.state().failing()).isEmpty();
        } finally {
            threads.shutdownNow();
            Copies.delete(parent);
        }
    }

    private Void append(Spool spool) {
        for (long i = 0; i < BATCHES; i++) {
            spool.append(TestEvents.of(SESSION, i * BATCH, BATCH), null);
        }
        appending = false;
        return null;
    }

    private Void replay(Spool spool) throws InterruptedException {
        Random random = new Random(1);
        ArrayDeque<SpooledBlock> handed = new ArrayDeque<>();
        while (appending && spool.counts().evicted() == 0) {
            Thread.sleep(1); // until it is full
        }
        while (true) {
            boolean last = !appending;
            SpooledBlock block = handed.size() < 3 ? spool.next() : null;
            if (block != null) {
                handed.addLast(block);
            } else if (last && handed.isEmpty()) {
                return null;
            }
            for (int i = random.nextInt(4); i > 0 && !handed.isEmpty(); i--) {
                SpooledBlock oldest = handed.removeFirst();
                List<Long> seqs = TestEvents.seqs(oldest);
                assertThat(settled).doesNotContainAnyElementsOf(seqs);
                settled.addAll(seqs);
                spool.settle(oldest, oldest.size(), Map.of());
            }
            Thread.sleep(appending ? random.nextInt(10) : 0);
        }
    }

    private Void keepHouse(Spool spool) {
        while (appending) {
            spool.sync();
            spool.note(TestLedgers.of(SESSION, SessionState.RUNNING, 0, spool.counts()));
            assertThat(spool.state().bytes()).isLessThanOrEqualTo(200_000);
            spool.earlier();
        }
        return null;
    }
}
