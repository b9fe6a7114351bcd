package io.skbstream.schemas;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.NetifReceive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/**
 * What the build asks of the schemas before it makes anything of them: each is the newest of its record in the history, and
 * every version of a record reads what every other one has written.
 */
final class SchemaCheck {
    static final List<Schema> COMPILED_IN =
            List.of(NetifReceive.getClassSchema(), AgentLedger.getClassSchema(), LoopbackByHost.getClassSchema());

    private SchemaCheck() {}

    /**
     * A step of the build.
     *
     * @throws IllegalStateException with all that is wrong, and what to do
     */
    public static void main(String[] args) {
        Map<String, Schema> history = new LinkedHashMap<>();
        SchemaHistory.NAMES.forEach(name -> history.put(name, SchemaHistory.load(name)));
        List<String> faults = new ArrayList<>();
        COMPILED_IN.forEach(schema -> faults.addAll(faults(schema, history)));
        if (!faults.isEmpty()) {
            throw new IllegalStateException(
                    "the schemas break the contract of the topics:\n" + String.join("\n", faults));
        }
    }

    /**
     * Of one record.
     *
     * @param today as in src/main/avro
     * @param history released schemas of all records by name of the entry; of one record, oldest first
     */
    static List<String> faults(Schema today, Map<String, Schema> history) {
        String file = today.getName() + ".avsc";
        Map<String, Schema> versions = new LinkedHashMap<>(history);
        versions.values().removeIf(schema -> !schema.getFullName().equals(today.getFullName()));
        boolean isReleased = !versions.isEmpty()
                && List.copyOf(versions.values()).get(versions.size() - 1).equals(today);
        if (!isReleased) {
            versions.put(file, today);
        }
        List<String> faults = new ArrayList<>();
        versions.forEach((readerName, reader) -> versions.forEach((writerName, writer) -> {
            List<Incompatibility> found = incompatibilities(reader, writer);
            if (!found.isEmpty()) {
                faults.add("  %s cannot read what %s writes: %s"
                        .formatted(readerName, writerName, describe(reader, found)));
            }
        }));
        if (faults.isEmpty() && !isReleased) {
            faults.add(
                    ("  %s is not in schemas/history yet: copy it there under the next number, with golden bytes (.hex) and their"
                                    + " meaning (.json) beside it, and add the name to SchemaHistory.NAMES")
                            .formatted(file));
        }
        return faults;
    }

    static List<Incompatibility> incompatibilities(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities();
    }

    /** Where, what, and what to do. */
    static String describe(Schema reader, List<Incompatibility> incompatibilities) {
        return incompatibilities.stream()
                .map(one -> "%s: %s".formatted(place(reader, one.getLocation()), describe(one)))
                .collect(Collectors.joining("; "));
    }

    private static String describe(Incompatibility one) {
        return switch (one.getType()) {
            case READER_FIELD_MISSING_DEFAULT_VALUE ->
                "the writer has no such field, and the reader no default for it; keep a field that is there, and give a new one a default";
            case TYPE_MISMATCH -> one.getMessage() + "; leave its type as it is, and add a field of another name";
            case NAME_MISMATCH -> one.getMessage() + "; leave its name as it is";
            case MISSING_ENUM_SYMBOLS ->
                "the reader lacks the symbols " + one.getMessage()
                        + " and has no default for what it does not know; give it one";
            default -> one.getMessage();
        };
    }

    /** The field's name for a JSON pointer into the reader's schema, such as /fields/3/type; deeper ones are left as they are. */
    private static String place(Schema reader, String pointer) {
        String[] steps = pointer.split("/", 4);
        if (steps.length < 3 || !steps[1].equals("fields")) {
            return pointer;
        }
        String field = reader.getFields().get(Integer.parseInt(steps[2])).name();
        return steps.length == 3 || steps[3].equals("type") ? field : field + " (" + pointer + ')';
    }
}
