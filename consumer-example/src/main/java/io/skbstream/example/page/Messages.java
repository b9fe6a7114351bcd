package io.skbstream.example.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.Talker;
import io.skbstream.clients.SafeText;
import io.skbstream.example.ledger.Losses;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Server-sent events (HTML, section 9.2), whose data is one line of JSON. {@code snapshot} has all hosts with all their windows,
 * {@code change} those that changed; both look alike, so that a page merges either into what it has. {@code beat} has the time.
 */
final class Messages {
    private static final JsonFactory JSON = new JsonFactory();

    private Messages() {}

    /** Says nothing but that the stream still goes on, and the time. */
    static byte[] beat(long nowMs) {
        return "event: beat\ndata: {\"nowMs\":%d}\n\n".formatted(nowMs).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * @param name of the event
     * @param nowMs this machine's time, by which a page can tell how old everything is though its own clock be wrong
     */
    static byte[] of(String name, FleetState state, long nowMs) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(("event: " + name + "\ndata: ").getBytes(StandardCharsets.UTF_8));
        try (var json = JSON.createGenerator(bytes)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeNumberField("nowMs", nowMs);
            json.writeBooleanField("connected", state.connected());
            json.writeBooleanField("overflowed", state.overflowed());
            json.writeArrayFieldStart("hosts");
            for (var host : state.hosts()) {
                write(json, host);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("gone");
            for (String host : state.gone()) {
                json.writeString(host);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write JSON into memory", e);
        }
        bytes.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    /** What a page shows of a name; the name itself is what it knows a host by. */
    private static String shown(String name) {
        return SafeText.of(name, StandardCharsets.UTF_8);
    }

    private static void write(JsonGenerator json, HostState host) throws IOException {
        json.writeStartObject();
        json.writeStringField("host", host.name());
        json.writeStringField("shown", shown(host.name()));
        json.writeNumberField("newestEventMs", host.newestEventMs());
        json.writeNumberField("eventHeardMs", host.eventHeardMs());
        json.writeNumberField("ledgerHeardMs", host.ledgerHeardMs());
        writeAgent(json, host.row(), host.ledger());
        json.writeArrayFieldStart("talkers");
        for (Talker talker : host.row() == null ? List.<Talker>of() : host.row().getTalkers()) {
            json.writeStartObject();
            json.writeStringField("comm", shown(talker.getComm()));
            json.writeNumberField("packets", talker.getPackets());
            json.writeNumberField("uncertain", talker.getUncertain());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("windows");
        for (var w : host.windows()) {
            long[] numbers = {
                w.startMs(),
                w.endMs(),
                w.packets(),
                w.bytes(),
                w.events(),
                w.missing(),
                w.duplicates(),
                w.late(),
                w.partial() ? 1 : 0,
                w.agents()
            };
            json.writeArray(numbers, 0, numbers.length);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /**
     * By the newest session's ledger itself, which goes on while a host has no traffic and so no rows; else by what the row took
     * from it. Without either, these fields are not there.
     */
    private static void writeAgent(JsonGenerator json, LoopbackByHost row, AgentLedger ledger) throws IOException {
        List<Long> sessions = row == null ? List.of() : row.getSessions();
        if (ledger != null && sessions.stream().allMatch(session -> session <= ledger.getSession())) {
            json.writeStringField("hook", ledger.getHook().name());
            json.writeStringField("state", ledger.getState().name());
            json.writeStringField("kernel", shown(ledger.getKernel()));
            json.writeNumberField("ledgerMs", ledger.getTime().toEpochMilli());
        } else if (row != null && row.getLedgerTime() != null) {
            json.writeStringField("hook", row.getHook().name());
            json.writeStringField("state", row.getAgentState().name());
            json.writeStringField("kernel", shown(row.getKernel()));
            json.writeNumberField("ledgerMs", row.getLedgerTime().toEpochMilli());
        }
        if (ledger != null && sessions.stream().allMatch(session -> session == ledger.getSession())) {
            writeLosses(json, Losses.byCause(List.of(ledger)), ledger.getSpooled());
        } else if (row != null && row.getLossByCause() != null) {
            writeLosses(json, row.getLossByCause(), row.getWaiting());
        }
    }

    private static void writeLosses(JsonGenerator json, Map<String, Long> byCause, long waiting) throws IOException {
        json.writeObjectFieldStart("lost");
        for (var cause : byCause.entrySet()) {
            json.writeNumberField(cause.getKey(), cause.getValue());
        }
        json.writeEndObject();
        json.writeNumberField("waiting", waiting);
    }
}
