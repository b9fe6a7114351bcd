package io.skbstream.producer.agent;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.AgentException;
import io.skbstream.producer.capture.KeptCounters;
import io.skbstream.producer.capture.KernelCounts;
import io.skbstream.producer.spool.Spool;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What earlier sessions on a spool folder could not say any more, since they were killed. */
final class KilledSessions {

    private static final Logger LOG = LoggerFactory.getLogger(KilledSessions.class);

    private KilledSessions() {}

    /** Enters into their accounts what the kernel counted to their ends, where it was kept, and then forgets it. */
    static void complete(Spool spool, Path folder) {
        List<KeptCounters> left = KeptCounters.left(folder);
        for (AgentLedger ledger : spool.earlier()) {
            if (ledger.getState() != SessionState.KILLED || ledger.getCountsFinal()) {
                continue;
            }
            KernelCounts counts = counts(left, ledger);
            if (counts == null) {
                LOG.warn(
                        "session {} was killed, and of what it saw after its agent's last look nothing is known",
                        ledger.getSession());
            } else if (spool.amend(ledger.getHost(), ledger.getSession(), own -> enter(counts, own))) {
                LOG.info(
                        "session {} was killed after {} hits, {} of them since its agent's last look",
                        ledger.getSession(),
                        counts.hits(),
                        counts.hits() - ledger.getHits());
            } else {
                left.removeIf(kept -> kept.session() == ledger.getSession()); // for a start on a better disk
            }
        }
        left.forEach(KilledSessions::forget);
    }

    /** Removes the name of counters that serve no more. */
    static void forget(KeptCounters kept) {
        try {
            kept.forget();
        } catch (AgentException refused) {
            LOG.warn("{}; it stays until the next boot", refused.getMessage());
        }
    }

    private static KernelCounts counts(List<KeptCounters> left, AgentLedger ledger) {
        for (KeptCounters kept : left) {
            if (kept.session() == ledger.getSession()) {
                try {
                    KernelCounts counts = kept.read();
                    if (continues(counts, ledger)) {
                        return counts;
                    }
                    LOG.warn("the counters that were kept of session {} contradict its account", ledger.getSession());
                } catch (AgentException refused) {
                    LOG.warn("{}", refused.getMessage());
                }
            }
        }
        return null;
    }

    /** Whether these can be the later counts of the session. */
    static boolean continues(KernelCounts counts, AgentLedger ledger) {
        long numbered =
                counts.sequences().values().stream().mapToLong(Long::longValue).sum();
        long leftOut = counts.filtered() + counts.sampledOut() + counts.rateLimited();
        return counts.hits() == leftOut + numbered
                && counts.hits() >= ledger.getHits()
                && counts.bytes() >= ledger.getBytes()
                && counts.ringFull() >= ledger.getRingFull()
                && ledger.getSequences().stream()
                        .allMatch(one -> counts.sequences().getOrDefault(one.getCpu(), 0L) >= one.getNext());
    }

    private static void enter(KernelCounts counts, AgentLedger ledger) {
        ledger.put("hits", counts.hits());
        ledger.put("bytes", counts.bytes());
        ledger.put("filtered", counts.filtered());
        ledger.put("sampledOut", counts.sampledOut());
        ledger.put("rateLimited", counts.rateLimited());
        ledger.put("ringFull", counts.ringFull());
        ledger.put("sequences", Account.sequences(counts));
        ledger.put("countsFinal", true);
    }
}
