package io.skbstream.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Any registry that speaks Confluent's REST API. Each request waits for some seconds at most for each address; while one is away,
 * or TLS fails with it, the next is asked. Holds nothing that needs closing. Any thread.
 *
 * @see <a href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">the API</a>
 */
public final class SchemaRegistry {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String AVRO = "AVRO"; // also where an answer names no type

    private final RegistrySettings settings;
    private volatile int preferred;

    public SchemaRegistry(RegistrySettings settings) {
        this.settings = settings;
    }

    /**
     * Adds a schema to a subject, unless it has it: then the right to read will do.
     *
     * @return its id
     * @throws RegistryAwayException if no address answers
     * @throws RegistryRefusalException if it may not be looked for, or not be added
     */
    public int register(String subject, Schema schema) {
        String path = "/subjects/" + encoded(subject);
        String body = JSON.createObjectNode().put("schema", schema.toString()).toString();
        try {
            String what = "look for " + schema.getFullName() + " in " + subject;
            return number(ask("POST", path, body, what), "id", what);
        } catch (RegistryRefusalException refused) {
            if (!refused.isNotFound()) {
                throw refused;
            }
        }
        String what = "register " + schema.getFullName() + " as " + subject;
        return number(ask("POST", path + "/versions", body, what), "id", what);
    }

    /**
     * The schema with this id.
     *
     * @throws RegistryAwayException if no address answers
     * @throws RegistryRefusalException if there is none, or it may not be read
     * @throws SerializationException if it is no Avro schema
     */
    public Schema schema(int id) {
        String what = "give schema " + id;
        JsonNode answer = ask("GET", "/schemas/ids/" + id, null, what);
        if (!answer.path("schema").isTextual()) {
            throw lacking("schema", what);
        }
        String type = answer.path("schemaType").asText(AVRO);
        if (!type.equals(AVRO)) {
            throw new SerializationException("schema %d of schema registry %s is of the type %s, not Avro"
                    .formatted(id, settings, type.replaceAll("\\W", "?")));
        }
        try {
            return new Schema.Parser().parse(answer.path("schema").asText());
        } catch (RuntimeException noAvro) { // the parser's own, and what it runs into
            throw new SerializationException(
                    "schema %d of schema registry %s is no valid Avro schema: %s"
                            .formatted(id, settings, RestCall.shortened(noAvro.getMessage())),
                    noAvro);
        }
    }

    /**
     * The compatibility level that a subject has of its own; empty if it has none.
     *
     * @throws RegistryAwayException if no address answers
     * @throws RegistryRefusalException if it may not be read
     */
    public Optional<String> compatibility(String subject) {
        try {
            return Optional.of(level("/config/" + encoded(subject), "tell the compatibility of " + subject));
        } catch (RegistryRefusalException refused) {
            if (refused.isNotFound()) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** The level of subjects that have none of their own. */
    public String defaultCompatibility() {
        return level("/config", "tell its compatibility level");
    }

    /** Sets the level of one subject. */
    public void setCompatibility(String subject, String level) {
        ask(
                "PUT",
                "/config/" + encoded(subject),
                JSON.createObjectNode().put("compatibility", level).toString(),
                "set the compatibility of " + subject + " to " + level);
    }

    /** The addresses, without credentials. */
    @Override
    public String toString() {
        return settings.toString();
    }

    private String level(String path, String what) {
        return ask("GET", path, null, what).path("compatibilityLevel").asText();
    }

    private JsonNode ask(String method, String path, String body, String what) {
        RegistryAwayException away = null;
        RegistryRefusalException refusal = null;
        int count = settings.urls().size();
        int first = preferred;
        for (int i = 0; i < count; i++) {
            int index = (first + i) % count;
            URI url = settings.urls().get(index);
            try {
                JsonNode answer = new RestCall(settings, url, method, path, body, what).answer();
                preferred = index;
                return answer;
            } catch (RegistryAwayException next) {
                away = next;
            } catch (RegistryRefusalException next) {
                if (!next.isOfAddress()) {
                    throw next;
                }
                refusal = next;
            }
        }
        if (away != null) { // that one may answer later
            throw away;
        }
        throw refusal;
    }

    private int number(JsonNode answer, String field, String what) {
        JsonNode number = answer.path(field);
        if (!number.isInt()) {
            throw lacking(field, what);
        }
        if (number.intValue() < 0) {
            throw new RegistryRefusalException(
                    "schema registry %s: cannot %s: its answer has the %s %d, which is negative; see to the registry"
                            .formatted(settings, what, field, number.intValue()),
                    0,
                    null);
        }
        return number.intValue();
    }

    private RegistryRefusalException lacking(String field, String what) {
        return new RegistryRefusalException(
                "schema registry %s: cannot %s: its answer has no %s".formatted(settings, what, field), 0, null);
    }

    private static String encoded(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
