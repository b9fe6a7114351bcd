package io.skbstream.example;

import java.time.Duration;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Keeps the newest ledger of each session, by HOST/SESSION, in a store of which every instance has all. The topic has the last
 * word of every session that ever was; here one goes a month after it was said, so that hosts may come and go for years. Called
 * by the thread of global stores.
 */
final class RecentLedgers implements Processor<String, byte[], Void, Void> {
    static final String STORE = "ledgers";

    /** Longer than a topic keeps its events, by Kafka's default of a week. */
    static final Duration KEPT = Duration.ofDays(30);

    private static final Duration FORGET_EVERY = Duration.ofHours(1);

    private LedgerDecoder decoder;
    private ProcessorContext<Void, Void> context;
    private KeyValueStore<String, byte[]> ledgers;
    private long forgotAtMs;

    static StoreBuilder<KeyValueStore<String, byte[]>> store() {
        return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray())
                .withLoggingDisabled(); // its topic is there already
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        this.context = context;
        ledgers = context.getStateStore(STORE);
        decoder = new LedgerDecoder(context.appConfigs());
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.key() != null) {
            ledgers.put(record.key(), isRecent(record.value()) ? record.value() : null);
        }
        if (context.currentSystemTimeMs() - forgotAtMs >= FORGET_EVERY.toMillis()) {
            forgotAtMs = context.currentSystemTimeMs();
            try (var all = ledgers.all()) {
                all.forEachRemaining(entry -> {
                    if (!isRecent(entry.value)) {
                        ledgers.delete(entry.key);
                    }
                });
            }
        }
    }

    /** False for a tombstone, and for what cannot be decoded, of which this thread must not die; what the registry does not tell now is kept. */
    private boolean isRecent(byte[] ledger) {
        try {
            return ledger != null
                    && decoder.decode(ledger).getTime().toEpochMilli()
                            > context.currentSystemTimeMs() - KEPT.toMillis();
        } catch (SerializationException unreadable) {
            return false;
        } catch (ApiException notTold) {
            return true;
        }
    }
}
