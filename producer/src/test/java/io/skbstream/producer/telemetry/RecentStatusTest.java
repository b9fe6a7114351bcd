package io.skbstream.producer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentStatusTest {

    @Test
    void manyWhoAskAtOnceCostOneReadingAndALaterOneCostsAnother() {
        AtomicLong nowNs = new AtomicLong(System.nanoTime());
        AtomicInteger readings = new AtomicInteger();
        RecentStatus recent = new RecentStatus(
                () -> {
                    readings.incrementAndGet();
                    return new SomeStatus().build();
                },
                nowNs::get);
        for (int i = 0; i < 100; i++) {
            recent.get();
        }
        nowNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(200));
        recent.get();
        assertThat(readings).hasValue(1);

        nowNs.incrementAndGet();
        recent.get();
        assertThat(readings).hasValue(2);
    }
}
