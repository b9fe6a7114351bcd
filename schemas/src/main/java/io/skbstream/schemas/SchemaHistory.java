package io.skbstream.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParseException;
import org.apache.kafka.common.config.ConfigException;

/**
 * Schemas that a reader accepts from writers, by CRC-64-AVRO fingerprint. Immutable.
 *
 * <p>To release a changed schema, copy its {@code .avsc} to {@code schemas/history/} under the next number, add golden
 * bytes ({@code .hex}) and their meaning ({@code .json}) beside it, and its name to {@link #NAMES}. Once released, it is
 * never edited.
 */
final class SchemaHistory {
    /** Every entry ever released; of one record, oldest first. */
    static final List<String> NAMES =
            List.of("netif-receive-1", "agent-ledger-1", "agent-ledger-2", "loopback-by-host-1", "loopback-by-host-2");

    static final SchemaHistory RELEASED =
            new SchemaHistory(NAMES.stream().map(SchemaHistory::load).toList());

    private final Map<Long, Schema> byFingerprint;

    SchemaHistory(List<Schema> schemas) {
        Map<Long, Schema> map = new LinkedHashMap<>();
        schemas.forEach(schema -> map.put(SchemaNormalization.parsingFingerprint64(schema), schema));
        byFingerprint = Collections.unmodifiableMap(map);
    }

    /**
     * What was released until now, and besides what a setting names: schemas of writers that are newer than this jar.
     *
     * @param settings of a Kafka client, perhaps with {@link AvroDeserializer#SCHEMAS_CONFIG}
     * @throws ConfigException if a file cannot be read, is no schema of the contract, or is one that today's class cannot read
     */
    static SchemaHistory configured(Map<String, ?> settings) {
        Object files = settings.get(AvroDeserializer.SCHEMAS_CONFIG);
        if (files == null) {
            return RELEASED;
        }
        List<Schema> schemas = new ArrayList<>(RELEASED.byFingerprint.values());
        for (String file : files.toString().split(",")) {
            if (!file.isBlank()) {
                schemas.add(newer(Path.of(file.strip())));
            }
        }
        return new SchemaHistory(schemas);
    }

    private static Schema newer(Path file) {
        Schema writer;
        try {
            writer = new Schema.Parser().parse(file.toFile());
        } catch (IOException | SchemaParseException unreadable) {
            throw refused(file, unreadable.getMessage());
        }
        unreadable(writer).ifPresent(why -> {
            throw refused(file, why);
        });
        return writer;
    }

    /** Why today's classes cannot read what this schema has written; empty if they can. */
    static Optional<String> unreadable(Schema writer) {
        Class<?> type = writer.getType() == Schema.Type.RECORD ? ContractModel.INSTANCE.getClass(writer) : null;
        if (type == null) {
            return Optional.of("it is no schema of a record of this version of skbstream-schemas");
        }
        Schema reader = ContractModel.INSTANCE.getSchema(type);
        var incompatibilities = SchemaCheck.incompatibilities(reader, writer);
        return incompatibilities.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "this version cannot read what it writes: " + SchemaCheck.describe(reader, incompatibilities));
    }

    private static ConfigException refused(Path file, String why) {
        return new ConfigException(AvroDeserializer.SCHEMAS_CONFIG, file, why);
    }

    /** Reads one entry from the resources. */
    static Schema load(String name) {
        String path = "history/" + name + ".avsc";
        try (InputStream in = SchemaHistory.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("skbstream-schemas lacks its resource " + path + "; rebuild the jar");
            }
            return new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + path, e);
        }
    }

    /** Of one record, by its full name, oldest first. */
    Map<Long, Schema> versionsOf(String record) {
        Map<Long, Schema> versions = new LinkedHashMap<>(byFingerprint);
        versions.values().removeIf(schema -> !schema.getFullName().equals(record));
        return versions;
    }

    Map<Long, Schema> byFingerprint() {
        return byFingerprint;
    }

    /** Name and fingerprint of a schema that is in here. */
    String describe(long fingerprint) {
        return "%s (%016x)".formatted(byFingerprint.get(fingerprint).getName(), fingerprint);
    }

    @Override
    public String toString() {
        return byFingerprint.keySet().stream().map(this::describe).collect(Collectors.joining(", "));
    }
}
