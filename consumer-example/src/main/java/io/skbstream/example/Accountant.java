package io.skbstream.example;

import io.skbstream.avro.NetifReceive;
import io.skbstream.example.WindowSums.Change;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Judges each event, once and at its host's home ({@link Strays}), and forwards what that changes in which window; the timestamp of what it forwards says which:
 *
 * <ul>
 *   <li>late, when the grace of its window is over: one more late in the window that is now open, and no more than that;
 *   <li>a duplicate, by its number in {@link Sequences}: one more in its own window;
 *   <li>new: the event itself, in its own window, with the numbers before it that are missing.
 * </ul>
 *
 * <p>Now is the stream time: the newest time among the events of the partition, which Kafka Streams keeps with the committed
 * offset. So each verdict follows from the partition alone, whenever and however often the job is restarted; only when exactly
 * a CPU that was silent for a day is forgotten depends on it.
 *
 * <p>An agent numbers the events of each CPU from 0. So what is missing before the first one seen is lost too, if the session
 * began since this job has been reading its partition, or if the job has read that from the very first record; and not so
 * long ago that its CPU may be one that was forgotten. Otherwise it may have come before the job did.
 *
 * <p>Owned by one task of Streams and called by its thread.
 */
final class Accountant implements FixedKeyProcessor<String, NetifReceive, Change> {
    static final String SEQUENCES = "sequences";
    static final String GAPS = "gaps";

    /** Of one entry for each partition, {@link #BEGAN}. */
    static final String READING_SINCE = "reading-since";

    /** Since when the job has been reading, in ms since the Unix epoch by its own clock; 0 from the partition's first record on. */
    static final String BEGAN = "began";

    /** After the windows of all its events are closed. A CPU that was silent for longer begins anew. */
    static final Duration FORGET_AFTER = Duration.ofHours(24);

    private static final Duration FORGET_EVERY = Duration.ofMinutes(1);

    private final String topic;
    private final Windows windows;
    private final Coverage coverage;
    private FixedKeyProcessorContext<String, Change> context;
    private Sequences sequences;
    private KeyValueStore<String, Long> readingSince;
    private int partition;
    private Long beganMs; // null until the very first record of the partition

    /** @param topic of the events; what comes from another one are strays that have come home */
    Accountant(String topic, Windows windows, Coverage coverage) {
        this.topic = topic;
        this.windows = windows;
        this.coverage = coverage;
    }

    @Override
    public void init(FixedKeyProcessorContext<String, Change> context) {
        coverage.verify();
        this.context = context;
        partition = context.taskId().partition();
        sequences = new Sequences(context.getStateStore(SEQUENCES), context.getStateStore(GAPS));
        readingSince = context.getStateStore(READING_SINCE);
        beganMs = readingSince.get(BEGAN);
        context.schedule(FORGET_EVERY, PunctuationType.STREAM_TIME, this::forget);
    }

    /** @throws RefusedEventException if no agent writes such an event */
    @Override
    public void process(FixedKeyRecord<String, NetifReceive> record) {
        if (beganMs == null) {
            begin(context.recordMetadata().orElseThrow());
        }
        NetifReceive event = record.value();
        RefusedEventException.reason(record.key(), event).ifPresent(reason -> {
            throw new RefusedEventException(reason);
        });
        if (Strays.home(event.getHost(), coverage.partitions()) != partition || wasMoved(event.getHost())) {
            return; // it comes again, at its home or as the copy that was moved
        }
        long nowMs = context.currentStreamTimeMs();
        if (windows.isClosed(record.timestamp(), nowMs)) {
            forward(record, WindowSums::addLate, nowMs);
            return;
        }
        String id = event.getHost() + '/' + event.getSession() + '/' + event.getCpu();
        boolean isNew = sequences.see(
                id,
                event.getSeq(),
                record.timestamp(),
                isKnownFromItsBegin(event.getSession(), nowMs),
                (count, timestampMs) -> forward(record, sums -> sums.addMissing(count), timestampMs));
        forward(record, isNew ? sums -> sums.count(event) : WindowSums::addDuplicate, record.timestamp());
    }

    private void begin(RecordMetadata record) {
        boolean isFirstOfAll = record.topic().equals(topic) && record.offset() == 0;
        beganMs = isFirstOfAll ? 0 : context.currentSystemTimeMs();
        readingSince.put(BEGAN, beganMs);
    }

    private boolean wasMoved(String host) {
        RecordMetadata record = context.recordMetadata().orElseThrow();
        return record.topic().equals(topic) && coverage.wasMoved(host, partition, record.offset());
    }

    private boolean isKnownFromItsBegin(long session, long nowMs) {
        return session >= beganMs && !isForgotten(session, nowMs);
    }

    private boolean isForgotten(long timestampMs, long nowMs) {
        return windows.isClosed(timestampMs + FORGET_AFTER.toMillis(), nowMs);
    }

    private void forward(FixedKeyRecord<String, NetifReceive> record, Change change, long timestampMs) {
        context.forward(record.withValue(change).withTimestamp(timestampMs));
    }

    private void forget(long nowMs) {
        sequences.forget(
                timestampMs -> windows.isClosed(timestampMs, nowMs), timestampMs -> isForgotten(timestampMs, nowMs));
    }
}
