package io.skbstream.producer.spool;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonGenerator.Feature;
import io.skbstream.avro.NetifReceive;
import io.skbstream.clients.SafeText;
import io.skbstream.schemas.AvroDeserializer;
import java.io.IOException;
import java.io.PrintWriter;

/** Events as JSON lines, with the names and units of the Avro record. One thread. */
final class EventLines {

    private final AvroDeserializer<NetifReceive> reader = new AvroDeserializer<>(NetifReceive.class);
    private final PrintWriter out;
    private final JsonGenerator json;

    EventLines(PrintWriter out) throws IOException {
        this.out = out;
        this.json = new JsonFactory()
                .createGenerator(out)
                .disable(Feature.FLUSH_PASSED_TO_STREAM)
                .setHighestNonEscapedChar(SafeText.LAST_PRINTABLE);
        this.json.setRootValueSeparator(null);
    }

    /**
     * Prints the events of one block.
     *
     * @param reason why Kafka refused them; null if it did not
     * @return whether anybody still reads
     */
    boolean print(SpooledBlock block, String reason) throws IOException {
        for (int i = 0; i < block.size(); i++) {
            print(reader.deserialize("spool", block.value(i)), reason);
        }
        return !out.checkError();
    }

    private void print(NetifReceive event, String reason) throws IOException {
        json.writeStartObject();
        json.writeStringField("host", event.getHost());
        json.writeNumberField("session", event.getSession());
        json.writeNumberField("cpu", event.getCpu());
        json.writeNumberField("seq", event.getSeq());
        json.writeNumberField(
                "timestamp",
                event.getTimestamp().getEpochSecond() * 1_000_000_000L
                        + event.getTimestamp().getNano());
        json.writeStringField("hook", event.getHook().name());
        json.writeStringField("device", event.getDevice());
        json.writeNumberField("ifindex", event.getIfindex());
        json.writeNumberField("netns", event.getNetns());
        json.writeNumberField("skb", event.getSkb());
        json.writeNumberField("len", event.getLen());
        json.writeNumberField("pid", event.getPid());
        json.writeNumberField("tid", event.getTid());
        json.writeStringField("comm", event.getComm());
        json.writeNumberField("protocol", event.getProtocol());
        if (reason != null) {
            json.writeStringField("reason", reason);
        }
        json.writeEndObject();
        json.flush();
        out.println();
    }
}
