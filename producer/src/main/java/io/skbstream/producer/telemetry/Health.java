package io.skbstream.producer.telemetry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skbstream.clients.Secrets;
import io.skbstream.producer.agent.AgentStatus;
import io.skbstream.producer.publish.Acknowledgements;
import io.skbstream.producer.publish.SchemaIds;
import io.skbstream.producer.spool.SpoolState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether an agent is well, and whether it is ready: hits are captured, and every event has somewhere to go. An outage of
 * Kafka makes it neither ill nor, while the spool has room, unready: a restart would mend nothing. Any thread.
 */
final class Health {

    /** In percent of its bound: near it, events give way already, a whole segment at a time. */
    private static final int FULL_PERCENT = 90;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Supplier<Optional<Throwable>> failure;
    private final Supplier<AgentStatus> status;

    /** @param failure what broke one of the agent's threads; asked without waiting for the status, which may wait for a disk */
    Health(Supplier<Optional<Throwable>> failure, Supplier<AgentStatus> status) {
        this.failure = failure;
        this.status = status;
    }

    /** The pages of an agent that is not there yet. */
    static Page starting() {
        return readyz(JSON.createObjectNode(), List.of("the agent is starting"));
    }

    Page healthz() {
        return failure.get().map(broken -> Page.text(503, broken(broken))).orElseGet(() -> Page.text(200, "ok"));
    }

    Page readyz() {
        AgentStatus now = status.get();
        List<String> reasons = new ArrayList<>();
        failure.get().ifPresent(broken -> reasons.add(broken(broken)));
        if (now.ending()) {
            reasons.add("the agent is ending: it takes no more hits");
        }
        String spool = spool(now.spool());
        boolean closed = "CLOSED".equals(now.breaker());
        boolean missing = now.registry() == SchemaIds.State.MISSING;
        boolean slow = now.acknowledgements() != Acknowledgements.State.FLOWING;
        if ((!closed || missing || slow) && !"OK".equals(spool)) {
            reasons.add((missing
                            ? "the schema registry gives no id"
                            : closed ? "Kafka acknowledges nothing, or too slowly" : "Kafka does not take events")
                    + ", and the spool is " + spool.toLowerCase(Locale.ROOT)
                    + now.spool().failing().map(why -> ": " + why).orElse(""));
        }
        ObjectNode json = JSON.createObjectNode()
                .put("ready", reasons.isEmpty())
                .put("hook", now.record().getHook().name().toLowerCase(Locale.ROOT))
                .put("kafka", now.breaker())
                .put("acknowledgements", now.acknowledgements().name())
                .put("spool", spool);
        if (now.registry() != SchemaIds.State.WITHOUT) {
            json.put("registry", now.registry().name());
        }
        return readyz(json, reasons);
    }

    private static Page readyz(ObjectNode json, List<String> reasons) {
        json.put("ready", reasons.isEmpty());
        if (!reasons.isEmpty()) {
            ArrayNode all = json.putArray("reasons");
            reasons.forEach(reason -> all.add(Secrets.hideIn(reason)));
        }
        return Page.json(reasons.isEmpty() ? 200 : 503, json.toString());
    }

    private static String spool(SpoolState spool) {
        if (spool.failing().isPresent()) {
            return "FAILING";
        }
        return spool.bytes() >= spool.maxBytes() / 100 * FULL_PERCENT ? "FULL" : "OK";
    }

    private static String broken(Throwable failure) {
        return "the agent is broken: " + failure;
    }
}
