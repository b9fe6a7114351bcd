package io.skbstream.example;

import io.skbstream.avro.NetifReceive;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Turns each event into what it adds to its window, and gaps in its {@link Sequence} into what is missing there. Owned by
 * one task of Streams and called by its thread.
 */
final class Accountant implements FixedKeyProcessor<String, NetifReceive, Tally> {
    static final String STORE = "sequences";

    /** In event time. A CPU that was silent for longer begins anew, as if this reader had just started. */
    static final Duration FORGET_AFTER = Duration.ofHours(24);

    private FixedKeyProcessorContext<String, Tally> context;
    private KeyValueStore<String, Sequence> sequences;

    @Override
    public void init(FixedKeyProcessorContext<String, Tally> context) {
        this.context = context;
        sequences = context.getStateStore(STORE);
        context.schedule(Duration.ofMinutes(10), PunctuationType.STREAM_TIME, this::forget);
    }

    @Override
    public void process(FixedKeyRecord<String, NetifReceive> record) {
        NetifReceive event = record.value();
        if (event == null) {
            return;
        }
        String id = event.getHost() + '/' + event.getSession() + '/' + event.getCpu();
        Sequence known = sequences.get(id);
        Sequence sequence = known == null ? new Sequence(event.getSeq()) : known;
        boolean isNew = sequence.see(
                event.getSeq(),
                record.timestamp(),
                (count, timestampMs) ->
                        context.forward(record.withValue(Tally.ofMissing(count)).withTimestamp(timestampMs)));
        if (isNew) {
            context.forward(record.withValue(Tally.of(event)));
            sequences.put(id, sequence);
        }
    }

    private void forget(long nowMs) {
        try (var all = sequences.all()) {
            all.forEachRemaining(entry -> {
                if (entry.value.lastTimestampMs() < nowMs - FORGET_AFTER.toMillis()) {
                    sequences.delete(entry.key);
                }
            });
        }
    }
}
