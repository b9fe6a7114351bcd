package io.skbstream.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * Schemas that a reader accepts from writers, by CRC-64-AVRO fingerprint. Immutable.
 *
 * <p>To release a changed schema, copy its {@code .avsc} to {@code schemas/history/} under the next number, add golden
 * bytes ({@code .hex}) and their meaning ({@code .json}) beside it, and its name to {@link #NAMES}. What is there is never
 * edited.
 */
final class SchemaHistory {
    /** Every entry ever released; of one record, oldest first. */
    static final List<String> NAMES = List.of("netif-receive-1", "agent-ledger-1", "loopback-by-host-1");

    static final SchemaHistory RELEASED =
            new SchemaHistory(NAMES.stream().map(SchemaHistory::load).toList());

    private final Map<Long, Schema> byFingerprint;

    SchemaHistory(List<Schema> schemas) {
        Map<Long, Schema> map = new LinkedHashMap<>();
        schemas.forEach(schema -> map.put(SchemaNormalization.parsingFingerprint64(schema), schema));
        byFingerprint = Collections.unmodifiableMap(map);
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
