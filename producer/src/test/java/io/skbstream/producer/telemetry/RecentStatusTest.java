package io.skbstream.producer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecentStatusTest {

    @Test
    void manyWhoAskAtOnceCostOneReadingAndALaterOneCostsAnother() throws InterruptedException {
        AtomicInteger readings = new AtomicInteger();
        RecentStatus recent = new RecentStatus(() -> {
            readings.incrementAndGet();
            return new SomeStatus().build();
        });
        for (int i = 0; i < 100; i++) {
            recent.get();
        }
        assertThat(readings).hasValueLessThan(10); // more than one only if this machine stood still
        int before = readings.get();
        TimeUnit.MILLISECONDS.sleep(250);
        recent.get();

        assertThat(readings).hasValue(before + 1);
    }
}
