package io.skbstream.producer.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skbstream.avro.NetifReceive;
import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.event.FixedClock;
import io.skbstream.producer.event.RawEvent;
import io.skbstream.producer.event.SkbPointer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class JsonPrinterTest {

    private final StringWriter written = new StringWriter();

    @Test
    void aHitIsExactlyThisLineWithoutAHeader() throws IOException {
        print(RawEvent.example());

        assertThat(written.toString())
                .isEqualTo(
                        "{\"cpu\":3,\"seq\":7,\"timestamp\":1767225605000000123,\"hook\":\"TRACEPOINT\",\"device\":\"lo\","
                                + "\"ifindex\":1,\"netns\":4026531840,\"skb\":0,\"len\":84,\"pid\":4001,\"tid\":4002,"
                                + "\"comm\":\"ping\",\"protocol\":2048}\n");
    }

    @Test
    void namesAreThoseOfTheAvroRecordInItsOrder() throws IOException {
        print(RawEvent.example());
        List<String> names = new ArrayList<>();
        new ObjectMapper().readTree(written.toString()).fieldNames().forEachRemaining(names::add);

        assertThat(names)
                .isEqualTo(NetifReceive.getClassSchema().getFields().stream()
                        .map(Schema.Field::name)
                        .filter(name -> !name.equals("host") && !name.equals("session")) // of an agent, not of a hit
                        .toList());
    }

    @Test
    void everyLineIsOneObjectWhateverTheNamesHold() throws IOException {
        print(
                RawEvent.example().named(1, "a\"b\\c\n\r\u001b[2J", "l\to"),
                RawEvent.example().named(2, "prüfer\u2028", "lo"));
        List<String> lines = written.toString().lines().toList();

        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).doesNotContain("\u001b", "\t");
        assertThat(comm(lines.get(0))).isEqualTo("a\"b\\c\n\r\u001b[2J");
        assertThat(comm(lines.get(1))).isEqualTo("prüfer\u2028");
    }

    private static String comm(String line) throws IOException {
        JsonNode hit = new ObjectMapper().readTree(line);
        return hit.get("comm").asText();
    }

    private void print(RawEvent... events) throws IOException {
        PrintWriter out = new PrintWriter(written);
        var printer = new JsonPrinter(
                out,
                Hook.TRACEPOINT,
                FixedClock.ahead(1_767_225_600_000_000_000L),
                new SkbPointer(SkbPointer.Mode.OFF));
        printer.begin();
        for (RawEvent event : events) {
            printer.print(event.inMemory());
        }
        out.flush();
    }
}
