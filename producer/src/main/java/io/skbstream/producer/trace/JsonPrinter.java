package io.skbstream.producer.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonGenerator.Feature;
import io.skbstream.clients.SafeText;
import io.skbstream.producer.capture.Hook;
import io.skbstream.producer.event.SkbEvent;
import io.skbstream.producer.event.SkbPointer;
import io.skbstream.producer.event.WallClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

/** One JSON object a line, with the names and units of the Avro record. */
public final class JsonPrinter implements HitPrinter {

    private final PrintWriter out;
    private final JsonGenerator json;
    private final Hook hook;
    private final WallClock clock;
    private final SkbPointer pointer;

    public JsonPrinter(PrintWriter out, Hook hook, WallClock clock, SkbPointer pointer) throws IOException {
        this.out = out;
        this.json = new JsonFactory()
                .createGenerator(out)
                .disable(Feature.FLUSH_PASSED_TO_STREAM)
                .setHighestNonEscapedChar(SafeText.LAST_PRINTABLE);
        this.json.setRootValueSeparator(null);
        this.hook = hook;
        this.clock = clock;
        this.pointer = pointer;
    }

    @Override
    public void begin() {
        // JSON lines have no header.
    }

    @Override
    public void print(SkbEvent event) {
        try {
            json.writeStartObject();
            json.writeNumberField("cpu", event.cpu());
            json.writeNumberField("seq", event.seq());
            json.writeNumberField("timestamp", clock.wallNs(event.ktimeNs()));
            json.writeStringField("hook", hook.name());
            json.writeStringField("device", event.device());
            json.writeNumberField("ifindex", event.ifindex());
            json.writeNumberField("netns", event.netns());
            json.writeNumberField("skb", pointer.show(event.skb()));
            json.writeNumberField("len", event.len());
            json.writeNumberField("pid", event.tgid());
            json.writeNumberField("tid", event.tid());
            json.writeStringField("comm", event.comm());
            json.writeNumberField("protocol", event.protocol());
            json.writeEndObject();
            json.flush();
            out.println();
        } catch (IOException impossible) { // a PrintWriter does not throw
            throw new UncheckedIOException(impossible);
        }
    }
}
