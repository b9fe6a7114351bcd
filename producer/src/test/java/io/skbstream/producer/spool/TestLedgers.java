package io.skbstream.producer.spool;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.schemas.AvroFiles;
import java.util.HashMap;
import java.util.Map;

/** Ledgers of sessions whose events all went to the spool. */
final class TestLedgers {

    private TestLedgers() {}

    /** What an agent would note that captured {@code captured} events and gave all of them to the spool. */
    static AgentLedger of(long session, SessionState state, long captured, SpoolCounts counts) {
        AgentLedger ledger = AvroFiles.copy(
                SessionAccount.unknown(TestEvents.HOST, session, captured).ledger());
        Map<String, Long> rejectedBy = new HashMap<>(counts.rejectedBy());
        ledger.put("state", state);
        ledger.put("spooled", counts.spooled());
        ledger.put("evicted", counts.evicted());
        ledger.put("spoolFailed", counts.failed());
        ledger.put("acked", counts.acked());
        ledger.put("replayed", counts.acked());
        ledger.put("rejectedBy", rejectedBy);
        ledger.put("rejected", sum(rejectedBy));
        return ledger;
    }

    static void assertBalanced(AgentLedger ledger) {
        assertThat(ledger.getAcked()
                        + ledger.getSpooled()
                        + ledger.getEvicted()
                        + ledger.getRejected()
                        + ledger.getSpoolFailed()
                        + ledger.getAbandoned()
                        + ledger.getInFlight())
                .as("captured = acked + spooled + …: %s", ledger)
                .isEqualTo(ledger.getCaptured());
        assertThat(sum(ledger.getRejectedBy())).as("rejectedBy: %s", ledger).isEqualTo(ledger.getRejected());
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
