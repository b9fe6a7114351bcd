package io.skbstream.producer.agent;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.capture.KeptCounters;
import io.skbstream.producer.capture.KernelCounts;
import io.skbstream.producer.spool.Spool;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What earlier sessions on a spool folder could not say any more, since they were killed. */
final class KilledSessions {

    private static final Logger LOG = LoggerFactory.getLogger(KilledSessions.class);

    private KilledSessions() {}

    /** Enters into their accounts what the kernel counted to their ends, where it was kept, and then forgets it. */
    static void complete(Spool spool, Path folder) {
        for (AgentLedger ledger : spool.earlier()) {
            if (ledger.getState() != SessionState.KILLED) {
                continue;
            }
            KeptCounters kept = KeptCounters.of(folder, ledger.getSession());
            Optional<KernelCounts> counts = kept.read();
            if (counts.isPresent()
                    && spool.amend(ledger.getHost(), ledger.getSession(), own -> enter(counts.get(), own))) {
                LOG.info(
                        "session {} was killed after {} hits, {} of them after its agent's last look",
                        ledger.getSession(),
                        counts.get().hits(),
                        counts.get().hits() - ledger.getHits());
                kept.forget();
            }
        }
    }

    private static void enter(KernelCounts counts, AgentLedger ledger) {
        ledger.put("hits", counts.hits());
        ledger.put("bytes", counts.bytes());
        ledger.put("filtered", counts.filtered());
        ledger.put("sampledOut", counts.sampledOut());
        ledger.put("rateLimited", counts.rateLimited());
        ledger.put("ringFull", counts.ringFull());
        ledger.put("unattributed", counts.unattributed());
        ledger.put("sequences", Account.sequences(counts));
        ledger.put("countsFinal", true);
    }
}
