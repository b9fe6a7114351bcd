package io.skbstream.producer.publish;

import io.skbstream.producer.capture.BatchQueue;
import io.skbstream.producer.capture.EventBatch;
import io.skbstream.producer.duty.Duty;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The publish thread: batches of Avro bytes → {@link KafkaProducer}, one record a hit, key = host. Waits when Kafka's
 * buffer is full, and with it the batches and at last the ring. Owns the producer.
 */
public final class Publisher implements Duty {

    private static final long POLL_TIMEOUT_MS = 10;

    private final BatchQueue queue;
    private final String topic;
    private final byte[] key;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Deliveries deliveries = new Deliveries();
    private volatile long abandoned;
    private EventBatch batch;
    private int next;
    private Long timestampMs = 0L;

    public Publisher(BatchQueue queue, KafkaSettings kafka, String topic, String host) {
        this.queue = queue;
        this.topic = topic;
        this.key = host.getBytes(StandardCharsets.UTF_8);
        this.producer = kafka.producer("skbstream-" + host);
    }

    /** What became of the events. Any thread. */
    public Deliveries deliveries() {
        return deliveries;
    }

    /** Events that were never given to Kafka's client, because the agent had to end. Any thread. */
    public long abandoned() {
        return abandoned;
    }

    @Override
    public int doWork() {
        try {
            if (batch == null && (batch = queue.poll(POLL_TIMEOUT_MS)) == null) {
                return 0;
            }
            int first = next;
            while (next < batch.size()) {
                producer.send(record(next), deliveries);
                deliveries.sent();
                next++;
            }
            int sent = next - first;
            queue.recycle(batch);
            batch = null;
            next = 0;
            return sent;
        } catch (InterruptedException | InterruptException stopped) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    @Override
    public boolean isDrained() {
        return batch == null && queue.isEmpty();
    }

    /** Waits for the acknowledgements; what has none by then is counted as undelivered. */
    @Override
    public void close(long deadlineNs) {
        long left = batch == null ? 0 : batch.size() - next;
        for (EventBatch unsent = queue.poll(); unsent != null; unsent = queue.poll()) {
            left += unsent.size();
        }
        abandoned = left;
        producer.close(Duration.ofNanos(Math.max(0, deadlineNs - System.nanoTime())));
    }

    /** The record's own time is the event's, so that seeking by time and windowing need no look inside. */
    private ProducerRecord<byte[], byte[]> record(int index) {
        long ms = batch.timestampMs(index);
        if (ms != timestampMs) {
            timestampMs = ms; // boxed once a millisecond, not once an event
        }
        return new ProducerRecord<>(topic, null, timestampMs, key, batch.value(index));
    }
}
