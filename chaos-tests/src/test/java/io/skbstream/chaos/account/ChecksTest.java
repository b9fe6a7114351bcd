package io.skbstream.chaos.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.Hook;
import io.skbstream.avro.SessionState;
import io.skbstream.chaos.kafka.SessionRecords;
import io.skbstream.chaos.process.AgentLife;
import io.skbstream.chaos.process.AgentLife.End;
import io.skbstream.chaos.traffic.DeviceTotals;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** That each kind of disagreement is found. */
class ChecksTest {

    private static final long NETNS = 5;
    private static final DeviceTotals RECEIVED = new DeviceTotals(10, 100);

    @Test
    void anAccountThatAgreesWithEverythingPasses() {
        assertThat(failures(ledger(0, 0, 10, 0.1), audit("COMPLETE", 0, "", 0), 0))
                .isEmpty();
    }

    @Test
    void anAgentThatSawOneHitTooFewFails() {
        assertThat(failures(ledger(0, 0, 9, 0.1), audit("COMPLETE", 0, "", 0), 0))
                .anyMatch(failure -> failure.contains("/proc/net/dev: 9 and 10"));
    }

    @Test
    void whatTheAgentItselfCannotAccountForFails() {
        assertThat(failures(ledger(1, 0, 10, 0.1), audit("COMPLETE", 0, "", 0), 0))
                .anyMatch(failure -> failure.contains("unaccounted"));
    }

    @Test
    void anEventInFlightAfterTheEndFails() {
        assertThat(failures(ledger(0, 1, 10, 0.1), audit("COMPLETE", 0, "", 0), 0))
                .anyMatch(failure -> failure.contains("in flight"));
    }

    @Test
    void aCaptureThatWasBlockedForLongFails() {
        assertThat(failures(ledger(0, 0, 10, 10.5), audit("COMPLETE", 0, "", 0), 0))
                .anyMatch(failure -> failure.contains("blocked for 10.5 ms"));
    }

    @Test
    void anUnexplainedLossFails() {
        assertThat(failures(ledger(0, 0, 10, 0.1), audit("LOSS_UNEXPLAINED", 1, "\"unexplained\":1", 0), 4))
                .anyMatch(failure -> failure.contains("LOSS_UNEXPLAINED"));
    }

    @Test
    void causesThatDoNotAddUpFail() {
        assertThat(failures(ledger(0, 0, 10, 0.1), audit("LOSS_ACCOUNTED", 2, "\"evicted\":1", 0), 3))
                .anyMatch(failure -> failure.contains("sum of its causes: 2 and 1"));
    }

    @Test
    void anAuditThatSeesRecordsThatTheTopicDoesNotHaveFails() {
        assertThat(failures(ledger(0, 0, 10, 0.1), audit("COMPLETE", 0, "", 3), 0))
                .anyMatch(failure -> failure.contains("records by the audit and by reading: 3 and 0"));
    }

    @Test
    void anExitCodeThatDoesNotFitTheVerdictFails() {
        assertThat(failures(ledger(0, 0, 10, 0.1), audit("COMPLETE", 0, "", 0), 3))
                .anyMatch(failure -> failure.contains("exit code"));
    }

    @Test
    void anAgentWithoutALastWordFails() {
        AgentLife silent = life(Optional.empty());
        assertThat(Checks.of(evidence(silent, audit("COMPLETE", 0, "", 0), 0)))
                .anyMatch(failure -> failure.contains("gave no ledger"));
    }

    @Test
    void aSessionThatTheAuditDoesNotKnowFails() {
        Evidence nothing = new Evidence(
                NETNS,
                List.of(life(Optional.of(ledger(0, 0, 10, 0.1)))),
                Map.of(),
                0,
                Map.of(),
                Map.of(),
                false,
                false);
        assertThat(Checks.of(nothing)).anyMatch(failure -> failure.contains("by the audit []"));
    }

    @Test
    void anEventThatComesTwiceAlthoughNoneWentByTheSpoolFails() {
        assertThat(orderFailures(0, 0, 1, 1)).anyMatch(failure -> failure.contains("1 events came more than once"));
        assertThat(orderFailures(1, 0, 1, 1)).noneMatch(failure -> failure.contains("more than once"));
    }

    @Test
    void anEventOutOfOrderAlthoughNoneWentByTheSpoolFails() {
        assertThat(orderFailures(0, 1, 0)).anyMatch(failure -> failure.contains("1 events are out of order"));
        assertThat(orderFailures(1, 1, 0)).noneMatch(failure -> failure.contains("out of order"));
    }

    /** What is wrong with a topic that has these of two events, of which so many were replayed. */
    private static List<String> orderFailures(long replayed, long... inTheTopic) {
        SessionRecords records = new SessionRecords();
        for (long seq : inTheTopic) {
            records.add(0, 0, seq, "");
        }
        AuditLine line = audit("COMPLETE", 0, "", records.records());
        return Checks.of(new Evidence(
                NETNS,
                List.of(life(Optional.of(ledger(0, 0, 10, 0.1)))),
                Map.of(line.session(), line),
                0,
                Map.of(line.session(), records),
                Map.of(line.session(), published(replayed)),
                false,
                false));
    }

    private static AgentLedger published(long replayed) {
        return AgentLedger.newBuilder()
                .setHost("chaos")
                .setSession(1)
                .setTime(Instant.EPOCH)
                .setState(SessionState.STOPPED)
                .setHook(Hook.KPROBE)
                .setKernel("")
                .setVersion("")
                .setTopic("")
                .setHits(10)
                .setBytes(0)
                .setFiltered(0)
                .setSampledOut(0)
                .setRateLimited(0)
                .setRingFull(0)
                .setCaptured(2)
                .setAcked(2)
                .setSpooled(0)
                .setEvicted(0)
                .setRejected(0)
                .setSpoolFailed(0)
                .setAbandoned(0)
                .setInFlight(0)
                .setReplayed(replayed)
                .setUnattributed(0)
                .setRejectedBy(Map.of())
                .setSequences(List.of())
                .setDevices(List.of())
                .setLogs(List.of())
                .build();
    }

    private static List<String> failures(String ledger, AuditLine audit, int auditExit) {
        return Checks.of(evidence(life(Optional.of(ledger)), audit, auditExit));
    }

    private static Evidence evidence(AgentLife life, AuditLine audit, int auditExit) {
        return new Evidence(
                NETNS, List.of(life), Map.of(audit.session(), audit), auditExit, Map.of(), Map.of(), false, false);
    }

    private static AgentLife life(Optional<String> ledger) {
        return new AgentLife(End.TERMINATED, 1, 0, ledger, RECEIVED, RECEIVED, Duration.ZERO, "");
    }

    private static String ledger(long unaccounted, long inFlight, long packets, double blockedMs) {
        return ("{\"session\":1,\"unaccounted\":%d,\"in_flight\":%d,\"hits\":%d,\"filtered\":0,\"captured\":2,\"capture_blocked_max_ms\":%s,"
                        + "\"devices\":[{\"netns\":5,\"packets\":%d,\"bytes\":100}]}")
                .formatted(unaccounted, inFlight, packets, blockedMs, packets);
    }

    private static AuditLine audit(String verdict, long missing, String causes, long records) {
        return AuditLine.parse(
                        ("{\"session\":1,\"ledger\":null,\"records\":%d,\"distinct\":0,\"duplicates\":0,\"expected\":%d,"
                                        + "\"missing\":%d,\"causes\":{%s},\"unexplained\":0,\"verdict\":\"%s\",\"problems\":[]}")
                                .formatted(records, missing, missing, causes, verdict))
                .get(0);
    }
}
