package io.skbstream.schemas;

import io.skbstream.schemas.registry.RegistryRefusalException;
import io.skbstream.schemas.registry.SchemaRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a registry has about the values, or keys, of one topic: every schema of one record that was ever released, oldest first, so
 * that also what an older writer has left behind has an id, and the newest one is ours. Immutable.
 */
public final class Subject {
    private static final String BACKWARD = "BACKWARD";
    private static final Set<String> PROTECTING = Set.of(BACKWARD, "BACKWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE");

    private final String name;
    private final String record;

    private Subject(String name, Class<?> type) {
        this.name = name;
        this.record = type.getName();
    }

    /** Of a topic whose values are records of this class; its name is {@code TOPIC-value}. */
    public static Subject ofValues(String topic, Class<?> type) {
        return new Subject(topic + "-value", type);
    }

    /** Of a topic whose keys are; {@code TOPIC-key}. */
    static Subject ofKeys(String topic, Class<?> type) {
        return new Subject(topic + "-key", type);
    }

    public String name() {
        return name;
    }

    /**
     * Sees to it that the registry has the schemas; nothing changes if it does.
     *
     * @return their ids, by CRC-64-AVRO fingerprint
     * @throws io.skbstream.schemas.registry.RegistryAwayException if it does not answer
     * @throws RegistryRefusalException if it refuses one of them
     */
    public Map<Long, Integer> register(SchemaRegistry registry) {
        Map<Long, Integer> ids = new LinkedHashMap<>();
        SchemaHistory.RELEASED
                .versionsOf(record)
                .forEach((fingerprint, schema) -> ids.put(fingerprint, registry.register(name, schema)));
        return ids;
    }

    /** CRC-64-AVRO fingerprints of the schemas. */
    public Set<Long> fingerprints() {
        return SchemaHistory.RELEASED.versionsOf(record).keySet();
    }

    /**
     * Lets the registry hold whoever adds a schema to BACKWARD compatibility, if no level was set for the subject. A level that somebody
     * has set stays. To be called before {@link #register}, which may be permitted where this is not.
     *
     * @return why the subject is not protected; empty if it is
     * @throws io.skbstream.schemas.registry.RegistryAwayException if it does not answer
     */
    public Optional<String> protect(SchemaRegistry registry) {
        try {
            Optional<String> own = registry.compatibility(name);
            if (own.isEmpty() && !isStricter(registry.defaultCompatibility())) {
                own = set(registry);
            }
            return own.filter(level -> !PROTECTING.contains(level))
                    .map(level ->
                            "subject %s of schema registry %s has compatibility %s: it takes schemas that readers cannot read; set it to %s"
                                    .formatted(name, registry, level, BACKWARD));
        } catch (RegistryRefusalException refused) {
            return Optional.of(refused.getMessage() + "; the compatibility of subject " + name + " stays as it is");
        }
    }

    /** Returns the level that somebody else has set in the meantime, as another agent that starts: of two, a registry may refuse the second. */
    private Optional<String> set(SchemaRegistry registry) {
        try {
            registry.setCompatibility(name, BACKWARD);
            return Optional.of(BACKWARD);
        } catch (RegistryRefusalException refused) {
            Optional<String> now = registry.compatibility(name);
            if (now.isEmpty()) {
                throw refused;
            }
            return now;
        }
    }

    private static boolean isStricter(String level) {
        return PROTECTING.contains(level) && !level.equals(BACKWARD);
    }
}
