package io.skbstream.producer.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.capture.KernelCounts;
import io.skbstream.producer.capture.ProbeSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A flood beyond the rate limit: what is sent is bounded at every moment, and what is not is counted. */
@LiveKernel
class RateLimitIT {

    private static final int PER_SECOND = 1_000;
    private static final long WINDOW_NS = Duration.ofMillis(100).toNanos();
    private static final int PER_WINDOW = PER_SECOND / 10;
    private static final int RING_BYTES = 16 << 20;
    private static final int SMALLEST_RING_BYTES = 4096; // some 40 events, fewer than the limit has saved up at first
    private static final Duration FLOOD = Duration.ofSeconds(1);
    private static final int STEP = 2_000;

    @Test
    void noCpuSendsMoreThanTheLimitAndWhatItSavedUp() throws Exception {
        try (var traffic = new LoopbackTraffic();
                var hits = Hits.with(ProbeSettings.everything(RING_BYTES)
                        .withNetns(traffic.inode())
                        .withRateLimit(PER_SECOND))) {
            traffic.pin();
            double seconds = flood(traffic, hits);

            hits.end();
            KernelCounts counts = hits.counts();
            long sent = hits.events().size();
            assertThat(counts.ringFull()).isZero();
            assertThat(counts.rateLimited()).isPositive();
            assertThat(hits.packets(traffic.inode())).isEqualTo(counts.rateLimited() + sent);
            assertThat(counts.hits()).isEqualTo(counts.filtered() + counts.rateLimited() + sent);
            assertThat(sent).isBetween(atLeast(hits.events()), (long) (PER_SECOND * seconds) + PER_WINDOW + 1);
            perCpu(hits).forEach((cpu, events) -> {
                assertThat(events)
                        .as("no number is spent on what is not sent")
                        .extracting(Hits.Event::seq)
                        .isEqualTo(LongStream.range(0, events.size()).boxed().toList());
                assertThat(counts.sequences()).containsEntry(cpu, (long) events.size());
                for (int i = 2 * PER_WINDOW + 1; i < events.size(); i++) {
                    long firstNs = events.get(i - 2 * PER_WINDOW - 1).ktimeNs();
                    assertThat(events.get(i).ktimeNs() - firstNs)
                            .as("a window with more than what was saved up and what has come meanwhile")
                            .isGreaterThan(WINDOW_NS);
                }
            });
            assertThat(counts.sequences()).containsOnlyKeys(perCpu(hits).keySet());
        }
    }

    @Test
    void aLimitOfOneASecondIsKept() throws Exception {
        try (var traffic = new LoopbackTraffic();
                var hits = Hits.with(ProbeSettings.everything(RING_BYTES)
                        .withNetns(traffic.inode())
                        .withRateLimit(1))) {
            traffic.pin();
            double seconds = flood(traffic, hits);

            hits.end();
            assertThat((double) hits.events().size()).isBetween(1.0, Math.ceil(seconds) + 1);
            assertThat(hits.packets(traffic.inode()))
                    .isEqualTo(hits.counts().rateLimited() + hits.events().size());
        }
    }

    @Test
    void withEveryWayOfNotSendingTheAccountIsExact() throws Exception {
        int minLen = 300;
        int datagrams = 100_000;
        try (var traffic = new LoopbackTraffic();
                var hits = Hits.with(ProbeSettings.everything(SMALLEST_RING_BYTES)
                        .withNetns(traffic.inode())
                        .withMinLen(minLen)
                        .withSampling(2)
                        .withRateLimit(PER_SECOND))) {
            traffic.pin();
            traffic.send(datagrams);

            hits.end(); // nobody has read before, so the ring is full
            KernelCounts counts = hits.counts();
            long sent = hits.events().size();
            assertThat(LongStream.of(counts.sampledOut(), counts.rateLimited(), counts.ringFull(), sent))
                    .allMatch(count -> count > 0);
            assertThat(counts.hits())
                    .isEqualTo(
                            counts.filtered() + counts.sampledOut() + counts.rateLimited() + counts.ringFull() + sent);
            assertThat(counts.sampledOut() + counts.rateLimited() + counts.ringFull() + sent)
                    .as("datagrams that are long enough")
                    .isEqualTo(LongStream.range(0, datagrams)
                            .filter(i ->
                                    LoopbackTraffic.payload((int) i) + LoopbackTraffic.IP_AND_UDP_HEADERS >= minLen)
                            .count());
            assertThat(counts.sequences().values().stream()
                            .mapToLong(next -> next)
                            .sum())
                    .as("numbers given")
                    .isEqualTo(counts.ringFull() + sent);
            assertThat(hits.packets(traffic.inode())).as("totals stay exact").isEqualTo(datagrams);
        }
    }

    /** @return how long it took, in seconds */
    private static double flood(LoopbackTraffic traffic, Hits hits) throws InterruptedException {
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < FLOOD.toNanos()) {
            traffic.send(STEP);
            hits.read();
        }
        return (System.nanoTime() - startNs) / 1e9;
    }

    /**
     * Half of what the limit allows between the first and the last event. While the sender waits for its CPU, no more is saved up than
     * a window's worth, so longer pauses do not count.
     */
    private static long atLeast(List<Hits.Event> events) {
        long ns = 0;
        for (int i = 1; i < events.size(); i++) {
            ns += Math.min(
                    WINDOW_NS, events.get(i).ktimeNs() - events.get(i - 1).ktimeNs());
        }
        return PER_SECOND * ns / Duration.ofSeconds(2).toNanos();
    }

    private static Map<Integer, List<Hits.Event>> perCpu(Hits hits) {
        return hits.events().stream().collect(Collectors.groupingBy(Hits.Event::cpu));
    }
}
