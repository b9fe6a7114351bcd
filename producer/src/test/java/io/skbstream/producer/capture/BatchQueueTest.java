package io.skbstream.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.event.FixedClock;
import io.skbstream.producer.event.RawEvent;
import io.skbstream.producer.event.SkbPointer;
import org.junit.jupiter.api.Test;

class BatchQueueTest {

    private static final int BATCHES = 2;

    private final BatchQueue queue = new BatchQueue(
            new NetifReceiveEncoder(
                    "host", 1, Hook.KPROBE, FixedClock.ahead(0), new SkbPointer(SkbPointer.Mode.HASHED)),
            BATCHES,
            1,
            1);

    @Test
    void batchesComeOutInTheOrderInWhichTheyWereHandedOver() throws InterruptedException {
        EventBatch first = queue.pollFree();
        EventBatch second = queue.pollFree();
        queue.hand(first);
        queue.hand(second);

        assertThat(queue.poll(0)).isSameAs(first);
        assertThat(queue.poll()).isSameAs(second);
    }

    @Test
    void captureGetsNoBatchWhileThePublisherHasThemAll() {
        queue.hand(queue.pollFree());
        queue.hand(queue.pollFree());
        assertThat(queue.pollFree()).isNull();

        EventBatch published = queue.poll();
        assertThat(queue.pollFree()).as("still with the publisher").isNull();
        queue.recycle(published);

        assertThat(queue.pollFree()).isSameAs(published);
    }

    @Test
    void aRecycledBatchIsEmpty() {
        EventBatch batch = queue.pollFree();
        batch.add(RawEvent.example().inMemory());
        queue.hand(batch);
        queue.recycle(queue.poll());

        assertThat(batch.size()).isZero();
    }

    @Test
    void thePublisherGetsNothingFromAnEmptyQueue() throws InterruptedException {
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();
        assertThat(queue.poll(1)).isNull();

        queue.hand(queue.pollFree());
        assertThat(queue.isEmpty()).isFalse();
    }
}
