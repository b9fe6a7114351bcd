package io.skbstream.example;

import io.skbstream.avro.AgentLedger;
import io.skbstream.schemas.AvroDeserializer;
import io.skbstream.schemas.registry.RegistryAwayException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Decodes ledgers without waiting for a registry: there is always a next ledger, and a thread that waited for each could not be
 * stopped. While it is away, it is asked once a second at most. For one thread.
 */
final class LedgerDecoder {
    private static final long ASK_EVERY_NS = Duration.ofSeconds(1).toNanos();

    private final AvroDeserializer<AgentLedger> decoder = new AvroDeserializer<>(AgentLedger.class);
    private RegistryAwayException away;
    private long askAtNs;

    /** @param settings of the job */
    LedgerDecoder(Map<String, Object> settings) {
        var own = new HashMap<>(settings);
        own.put(AvroDeserializer.REGISTRY_WAIT_CONFIG, "0");
        decoder.configure(own, false);
    }

    /**
     * @throws org.apache.kafka.common.errors.SerializationException if it cannot be read
     * @throws RegistryAwayException if only a registry knows its schema, and does not answer now
     * @throws io.skbstream.schemas.registry.RegistryRefusalException if that one refuses
     */
    AgentLedger decode(byte[] ledger) {
        if (away != null && System.nanoTime() - askAtNs < 0) {
            throw away;
        }
        try {
            AgentLedger decoded = decoder.deserialize(RecentLedgers.STORE, ledger);
            away = null;
            return decoded;
        } catch (RegistryAwayException failed) {
            away = failed;
            askAtNs = System.nanoTime() + ASK_EVERY_NS;
            throw failed;
        }
    }
}
