package io.skbstream.producer.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skbstream.avro.AgentLedger;
import io.skbstream.clients.SafeText;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;

/** For machines: one JSON object a line for each session. {@code ledger}, its last word, is null where there is none. */
public final class JsonReport {

    private final PrintWriter out;
    private final ObjectMapper json = new ObjectMapper();

    public JsonReport(PrintWriter out) {
        this.out = out;
    }

    public void print(AuditReport report) {
        report.sessions()
                .forEach(session -> out.println(SafeText.json(line(session).toString())));
        out.flush();
    }

    private ObjectNode line(SessionReport session) {
        ObjectNode line = json.createObjectNode();
        line.put("host", session.id().host());
        line.put("session", session.id().session());
        line.put("started", session.id().start().toString());
        putLedger(line, session.ledger().orElse(null));
        line.put("records", session.records());
        line.put("distinct", session.distinct());
        line.put("duplicates", session.duplicates());
        line.put("expected", session.expected());
        line.put("missing", session.missing());
        ObjectNode causes = line.putObject("causes");
        for (Map.Entry<Cause, Long> cause : new TreeMap<>(session.causes()).entrySet()) {
            causes.put(cause.getKey().key(), cause.getValue());
        }
        line.put("unexplained", session.unexplained());
        line.put("verdict", session.verdict().name());
        session.problems().forEach(line.putArray("problems")::add);
        session.notes().forEach(line.putArray("notes")::add);
        return line;
    }

    private static void putLedger(ObjectNode line, AgentLedger ledger) {
        if (ledger == null) {
            line.putNull("ledger");
            return;
        }
        ObjectNode node = line.putObject("ledger");
        node.put("state", ledger.getState().name());
        node.put("counts_final", ledger.getCountsFinal());
        node.put("time", ledger.getTime().toString());
        node.put("hook", ledger.getHook().name());
        node.put("version", ledger.getVersion());
        node.put("hits", ledger.getHits());
        node.put("filtered", ledger.getFiltered());
        node.put("sampled_out", ledger.getSampledOut());
        node.put("rate_limited", ledger.getRateLimited());
        node.put("ring_full", ledger.getRingFull());
        node.put("captured", ledger.getCaptured());
        node.put("acked", ledger.getAcked());
        node.put("spooled", ledger.getSpooled());
        node.put("evicted", ledger.getEvicted());
        node.put("rejected", ledger.getRejected());
        node.put("spool_failed", ledger.getSpoolFailed());
        node.put("abandoned", ledger.getAbandoned());
        node.put("in_flight", ledger.getInFlight());
        node.put("replayed", ledger.getReplayed());
        ObjectNode reasons = node.putObject("rejected_by");
        new TreeMap<>(ledger.getRejectedBy()).forEach(reasons::put);
    }
}
