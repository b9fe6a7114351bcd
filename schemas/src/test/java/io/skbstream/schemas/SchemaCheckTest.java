package io.skbstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class SchemaCheckTest {
    private static final String V1 = record("{\"name\":\"count\",\"type\":\"long\"}", hook("UNKNOWN", "KPROBE"));

    @Test
    void theSchemasOfThisBuildPass() {
        assertThatCode(() -> SchemaCheck.main(new String[0])).doesNotThrowAnyException();
    }

    @Test
    void aNewFieldWithADefaultAndANewSymbolPassOnceTheyAreInTheHistory() {
        String v2 = record(
                "{\"name\":\"count\",\"type\":\"long\"}",
                hook("UNKNOWN", "KPROBE", "XDP"),
                "{\"name\":\"queue\",\"type\":\"int\",\"default\":0}");

        assertThat(faults(v2, V1))
                .singleElement()
                .asString()
                .startsWith("  Event.avsc is not in schemas/history yet: copy it there under the next number")
                .contains(".hex", ".json", "SchemaHistory.NAMES");
        assertThat(faults(v2, V1, v2)).isEmpty();
    }

    @Test
    void aFieldThatIsGoneIsNamed() {
        assertThat(faults(record(hook("UNKNOWN", "KPROBE")), V1))
                .containsExactly(
                        "  event-1 cannot read what Event.avsc writes: count: the writer has no such field, and the reader no"
                                + " default for it; keep a field that is there, and give a new one a default");
    }

    @Test
    void aNewFieldWithoutADefaultIsNamed() {
        String v2 = record(
                "{\"name\":\"count\",\"type\":\"long\"}",
                hook("UNKNOWN", "KPROBE"),
                "{\"name\":\"queue\",\"type\":\"int\"}");

        assertThat(faults(v2, V1))
                .singleElement()
                .asString()
                .startsWith("  Event.avsc cannot read what event-1 writes: queue: ");
    }

    @Test
    void aNewTypeOfAFieldIsRefusedBothWays() {
        assertThat(faults(record("{\"name\":\"count\",\"type\":\"string\"}", hook("UNKNOWN", "KPROBE")), V1))
                .containsExactlyInAnyOrder(
                        "  Event.avsc cannot read what event-1 writes: count: reader type: STRING not compatible with writer"
                                + " type: LONG; leave its type as it is, and add a field of another name",
                        "  event-1 cannot read what Event.avsc writes: count: reader type: LONG not compatible with writer"
                                + " type: STRING; leave its type as it is, and add a field of another name");
    }

    @Test
    void aWiderTypeIsRefusedForThoseWhoHaveTheNarrowOne() {
        String narrow = record("{\"name\":\"count\",\"type\":\"int\"}");

        assertThat(faults(record("{\"name\":\"count\",\"type\":\"long\"}"), narrow))
                .singleElement()
                .asString()
                .startsWith("  event-1 cannot read what Event.avsc writes: count: reader type: INT");
    }

    @Test
    void anEnumWithoutADefaultCannotGrow() {
        String closed =
                record("{\"name\":\"hook\",\"type\":{\"type\":\"enum\",\"name\":\"Hook\",\"symbols\":[\"A\"]}}");
        String grown =
                record("{\"name\":\"hook\",\"type\":{\"type\":\"enum\",\"name\":\"Hook\",\"symbols\":[\"A\",\"B\"]}}");

        assertThat(faults(grown, closed))
                .singleElement()
                .asString()
                .contains("event-1 cannot read", "[B]", "has no default");
    }

    @Test
    void whatIsNestedIsNamedByItsPlace() {
        String list =
                "{\"name\":\"rows\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"Row\",\"fields\":"
                        + "[{\"name\":\"a\",\"type\":\"%s\"}]}}}";

        assertThat(faults(record(list.formatted("string")), record(list.formatted("long"))))
                .hasSize(2)
                .allSatisfy(fault ->
                        assertThat(fault).contains(": rows (/fields/0/type/items/fields/0/type): reader type: "));
    }

    /** @param history of the record, oldest first */
    private static List<String> faults(String today, String... history) {
        Map<String, Schema> entries = new LinkedHashMap<>();
        entries.put("other-1", Schema.createRecord("Other", null, "test", false, List.of()));
        for (String entry : history) {
            entries.put("event-" + entries.size(), parse(entry));
        }
        return SchemaCheck.faults(parse(today), entries);
    }

    private static Schema parse(String json) {
        return new Schema.Parser().parse(json);
    }

    private static String record(String... fields) {
        return "{\"type\":\"record\",\"name\":\"Event\",\"namespace\":\"test\",\"fields\":[%s]}"
                .formatted(String.join(",", fields));
    }

    private static String hook(String... symbols) {
        return "{\"name\":\"hook\",\"type\":{\"type\":\"enum\",\"name\":\"Hook\",\"symbols\":[\"%s\"],\"default\":\"UNKNOWN\"}}"
                .formatted(String.join("\",\"", symbols));
    }
}
