package io.skbstream.schemas;

import io.skbstream.schemas.registry.RegistryRefusalException;
import io.skbstream.schemas.registry.RegistrySettings;
import io.skbstream.schemas.registry.SchemaRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Writers' schemas by their ids in a registry. What it does not have, or is no Avro schema, is asked for again after a minute, since that
 * may have changed then. Any thread.
 */
final class RegistrySchemas {
    private static final long UNKNOWN_NS = TimeUnit.MINUTES.toNanos(1);
    private static final int MAX_UNKNOWN = 1_000;

    private final SchemaRegistry registry;
    private final Patience patience;
    private final Map<Integer, Unknown> unknown = new LinkedHashMap<>();

    private record Unknown(String why, long untilNs) {}

    private RegistrySchemas(SchemaRegistry registry, Patience patience) {
        this.registry = registry;
        this.patience = patience;
    }

    /** Empty if the settings name no registry. */
    static Optional<RegistrySchemas> configured(Map<String, ?> settings) {
        Patience patience = Patience.configured(settings);
        return RegistrySettings.of(settings).map(found -> new RegistrySchemas(new SchemaRegistry(found), patience));
    }

    /**
     * @throws SerializationException if the registry has no such schema, or it is no Avro schema
     * @throws io.skbstream.schemas.registry.RegistryAwayException if it does not answer in time
     * @throws RegistryRefusalException if it lets nobody in, or answers as no registry does
     */
    Schema schema(String topic, int id) {
        Optional<String> known = whyUnknown(id);
        if (known.isPresent()) {
            throw unreadable(topic, known.get(), null);
        }
        try {
            return patience.ask(() -> registry.schema(id));
        } catch (RegistryRefusalException refused) {
            if (refused.isNotFound()) {
                String why = "schema registry %s has no schema %d; is it the one that the writer uses?"
                        .formatted(registry, id);
                remember(id, why);
                throw unreadable(topic, why, refused);
            }
            throw refused;
        } catch (SerializationException noAvro) {
            remember(id, noAvro.getMessage());
            throw unreadable(topic, noAvro.getMessage(), noAvro);
        }
    }

    /** Waits for no answer any more. */
    void stopWaiting() {
        patience.close();
    }

    private synchronized Optional<String> whyUnknown(int id) {
        return Optional.ofNullable(unknown.get(id))
                .filter(found -> System.nanoTime() - found.untilNs() < 0)
                .map(Unknown::why);
    }

    private synchronized void remember(int id, String why) {
        if (unknown.size() >= MAX_UNKNOWN) {
            unknown.clear();
        }
        unknown.put(id, new Unknown(why, System.nanoTime() + UNKNOWN_NS));
    }

    private static SerializationException unreadable(String topic, String why, Exception cause) {
        return new SerializationException("topic " + topic + ": " + why, cause);
    }
}
