package io.skbstream.producer.audit;

import static io.skbstream.producer.audit.Ledgers.HOST;
import static io.skbstream.producer.audit.Ledgers.NOW;
import static io.skbstream.producer.audit.Ledgers.SESSION;
import static io.skbstream.producer.audit.Ledgers.TOPIC;
import static io.skbstream.producer.audit.Ledgers.TOPIC_ID;
import static io.skbstream.producer.audit.Ledgers.log;
import static io.skbstream.producer.audit.Ledgers.stopped;
import static io.skbstream.producer.audit.Verdict.COMPLETE;
import static io.skbstream.producer.audit.Verdict.COMPLETE_SO_FAR;
import static io.skbstream.producer.audit.Verdict.LOSS_ACCOUNTED;
import static io.skbstream.producer.audit.Verdict.LOSS_UNEXPLAINED;
import static io.skbstream.producer.audit.Verdict.NO_ACCOUNT;
import static io.skbstream.producer.audit.Verdict.UNSETTLED;
import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.CpuSequence;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.audit.TopicNow.Offsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each rule by itself; {@link AuditPropertyTest} has them together. */
class JudgeTest {

    private static final TopicNow INTACT = new TopicNow(TOPIC, TOPIC_ID, Map.of(0, new Offsets(0, 1000)));

    private final Tally tally = new Tally();

    @Test
    void nothingMissingAfterAnOrderlyEndIsComplete() {
        found(0, 100);

        SessionReport report = judge(stopped(100));

        assertThat(report.verdict()).isEqualTo(COMPLETE);
        assertThat(report.missing()).isZero();
        assertThat(report.causes()).isEmpty();
        assertThat(report.problems()).isEmpty();
        assertThat(report.notes()).isEmpty();
    }

    @Test
    void duplicatesAreCountedAndDoNoHarm() {
        found(0, 100);
        found(40, 50);

        SessionReport report = judge(stopped(100));

        assertThat(report.records()).isEqualTo(110);
        assertThat(report.distinct()).isEqualTo(100);
        assertThat(report.duplicates()).isEqualTo(10);
        assertThat(report.verdict()).isEqualTo(COMPLETE);
    }

    @Test
    void oneAcknowledgedEventThatIsNotThereIsUnexplained() {
        found(0, 57);
        found(58, 100);

        SessionReport report = judge(stopped(100));

        assertThat(report.verdict()).isEqualTo(LOSS_UNEXPLAINED);
        assertThat(report.causes()).isEqualTo(Map.of(Cause.UNEXPLAINED, 1L));
        assertThat(report.problems()).containsExactly("acknowledged, but not in the topic: 1");
    }

    @Test
    void everyCountedWayToLoseAnEventIsACause() {
        found(0, 85);

        SessionReport report = judge(stopped(100)
                .setRingFull(1)
                .setCaptured(99)
                .setAcked(85)
                .setEvicted(2)
                .setRejected(3)
                .setSpoolFailed(4)
                .setAbandoned(5));

        assertThat(report.verdict()).isEqualTo(LOSS_ACCOUNTED);
        assertThat(report.causes())
                .isEqualTo(Map.of(
                        Cause.RING_FULL, 1L,
                        Cause.EVICTED, 2L,
                        Cause.REJECTED, 3L,
                        Cause.SPOOL_FAILED, 4L,
                        Cause.ABANDONED, 5L));
    }

    @Test
    void whatWaitsOnDiskIsMissingButNotLost() {
        found(0, 70);

        SessionReport report = judge(stopped(100).setAcked(70).setSpooled(30));

        assertThat(report.verdict()).isEqualTo(COMPLETE_SO_FAR);
        assertThat(report.causes()).isEqualTo(Map.of(Cause.SPOOLED, 30L));
    }

    @Test
    void eventsCountedAsLostWhoseAcknowledgementWasLostAreNotMissing() {
        found(0, 95);

        SessionReport report = judge(stopped(100).setAcked(90).setEvicted(10));

        assertThat(report.verdict()).isEqualTo(LOSS_ACCOUNTED);
        assertThat(report.causes()).isEqualTo(Map.of(Cause.EVICTED, 5L));
    }

    @Test
    void moreIsMissingThanAllCausesTogether() {
        found(0, 80);

        SessionReport report =
                judge(stopped(100).setRingFull(10).setCaptured(90).setAcked(90));

        assertThat(report.causes()).isEqualTo(Map.of(Cause.RING_FULL, 10L, Cause.UNEXPLAINED, 10L));
        assertThat(report.verdict()).isEqualTo(LOSS_UNEXPLAINED);
    }

    @Test
    void aLedgerThatDoesNotBalanceIsUnexplainedEvenIfNothingIsMissing() {
        found(0, 100);

        assertThat(judge(stopped(100).setHits(107).setFiltered(5)).problems())
                .containsExactly(
                        "the ledger does not balance by 2",
                        "the ledger has 100 numbers given for 102 hits that were to be sent");
        SessionReport report = judge(stopped(100).setInFlight(3));
        assertThat(report.problems()).containsExactly("the ledger does not balance by 3");
        assertThat(report.verdict()).isEqualTo(LOSS_UNEXPLAINED);
    }

    @Test
    void hitsThatWereLeftOutTakeNoNumbers() {
        found(0, 100);

        assertThat(judge(stopped(100)
                                .setHits(160)
                                .setFiltered(10)
                                .setSampledOut(20)
                                .setRateLimited(30))
                        .verdict())
                .isEqualTo(COMPLETE);
    }

    @Test
    void aNumberThatTheLedgerNeverGaveIsUnexplained() {
        found(0, 100);
        tally.add(3, 0);

        SessionReport report = judge(stopped(100));

        assertThat(report.problems())
                .containsExactly("CPU 3: number 0 is in the topic, of 0 that the ledger has given");
        assertThat(report.verdict()).isEqualTo(LOSS_UNEXPLAINED);
    }

    @Test
    void aRunningSessionHasEventsInFlightAndUnderWay() {
        found(0, 80);
        AgentLedger.Builder running =
                running(5).setAcked(80).setCaptured(90).setInFlight(10).setSequences(List.of(new CpuSequence(0, 100L)));

        SessionReport report = judge(running);

        assertThat(report.causes()).isEqualTo(Map.of(Cause.IN_FLIGHT, 10L, Cause.UNDER_WAY, 10L));
        assertThat(report.verdict()).isEqualTo(COMPLETE_SO_FAR);
    }

    @Test
    void aRunningSessionMayHaveGoneOnAfterItsLedger() {
        found(0, 150);

        SessionReport report = judge(running(5));

        assertThat(report.expected()).isEqualTo(150);
        assertThat(report.missing()).isZero();
        assertThat(report.problems()).isEmpty();
        assertThat(report.verdict()).isEqualTo(COMPLETE_SO_FAR);
    }

    @Test
    void whatASilentAgentHadUndecidedIsUnsettledAndBounded() {
        found(0, 90);
        found(120, 125);

        SessionReport report = judge(running(30).setAcked(90).setSpooled(4).setInFlight(6));

        assertThat(report.causes()).isEqualTo(Map.of(Cause.SPOOLED, 4L, Cause.UNSETTLED, 26L));
        assertThat(report.verdict()).isEqualTo(UNSETTLED);
        assertThat(report.notes())
                .containsExactly(
                        "silent for 30 s, although a running agent writes its ledger every 10 s; if it was killed, at"
                                + " most 26 events went with it, beside what came after its last ledger, of"
                                + " 2026-09-21T15:12:50Z, and 4 wait on its disk: its next start on the same spool folder settles all that");
    }

    @Test
    void aSilentAgentOfWhichNothingIsMissingIsUnsettledToo() {
        found(0, 100);

        SessionReport report = judge(running(3600));

        assertThat(report.verdict()).isEqualTo(UNSETTLED);
        assertThat(report.notes())
                .containsExactly(
                        "silent for 3,600 s, although a running agent writes its ledger every 10 s; what came after its"
                                + " last ledger, of 2026-09-21T14:13:20Z, is in no count: its next ledger, or its next start on the"
                                + " same spool folder, settles that");
        assertThat(judge(running(29)).verdict()).isEqualTo(COMPLETE_SO_FAR);
        assertThat(judge(running(30)).verdict()).isEqualTo(UNSETTLED);
        assertThat(judge(stopped(100).setTime(NOW.minusSeconds(3600))).verdict())
                .as("has ended")
                .isEqualTo(COMPLETE);
    }

    @Test
    void aLedgerThatIsAheadSaysNothingOfWhetherItsAgentRuns() {
        found(0, 100);

        assertThat(judge(running(-29)).verdict()).isEqualTo(COMPLETE_SO_FAR);
        SessionReport report = judge(running(-7200));
        assertThat(report.verdict()).isEqualTo(UNSETTLED);
        assertThat(report.notes())
                .singleElement()
                .asString()
                .startsWith(
                        "its last ledger is 7,200 s ahead of this machine's clock, so that nothing tells whether its agent"
                                + " runs: set the clocks right; what came after its last ledger");
    }

    @Test
    void ofASessionThatIsOnlyTakenForKilledNothingCountsTheEnd() {
        found(0, 100);

        SessionReport report = judge(running(3600), true, INTACT);

        assertThat(report.verdict()).isEqualTo(UNSETTLED);
        assertThat(report.notes())
                .containsExactly(
                        "taken for killed: silent for 3,600 s, and its host has a later session",
                        "what came after its last ledger, of 2026-09-21T14:13:20Z, is in no count: a start on the same spool"
                                + " folder settles that");
    }

    @Test
    void whatASilentAgentHadAcknowledgedIsUnexplainedAllTheSame() {
        found(0, 90);

        SessionReport report = judge(running(3600).setAcked(93));

        assertThat(report.causes()).isEqualTo(Map.of(Cause.UNEXPLAINED, 3L, Cause.UNSETTLED, 7L));
        assertThat(report.verdict()).isEqualTo(LOSS_UNEXPLAINED);
    }

    @Test
    void hitsWithoutTheLeftOutOnesAreTheEventsHereAndTheMissingOnesWhicheverWayTheSessionEnded() {
        found(0, 70);
        found(150, 160);
        AgentLedger.Builder killed = stopped(100)
                .setState(SessionState.KILLED)
                .setHits(130)
                .setFiltered(30)
                .setAcked(60);

        SessionReport report = judge(killed);

        assertThat(report.hits()).isEqualTo(190);
        assertThat(report.hits() - report.leftOut()).isEqualTo(report.distinct() + report.missing());
    }

    @Test
    void whatARunningSessionHadAcknowledgedIsNotUnderWay() {
        found(0, 90);

        SessionReport report = judge(running(5).setAcked(95));

        assertThat(report.causes()).isEqualTo(Map.of(Cause.UNEXPLAINED, 5L, Cause.UNDER_WAY, 5L));
        assertThat(report.verdict()).isEqualTo(LOSS_UNEXPLAINED);
    }

    @Test
    void whatRemainsOfAKilledSessionWasLostWithIt() {
        found(0, 70);

        SessionReport report = judge(stopped(100)
                .setState(SessionState.KILLED)
                .setRingFull(10)
                .setCaptured(85)
                .setAcked(60)
                .setInFlight(25));

        assertThat(report.causes()).isEqualTo(Map.of(Cause.RING_FULL, 10L, Cause.KILLED, 20L));
        assertThat(report.verdict()).isEqualTo(LOSS_ACCOUNTED);
        assertThat(report.notes())
                .containsExactly("what the kernel saw between the agent's last look and its end is in no count");
    }

    @Test
    void aKillExplainsNoEventThatWasAcknowledgedBefore() {
        found(0, 70);

        SessionReport report =
                judge(stopped(100).setState(SessionState.KILLED).setCaptured(90).setAcked(75));

        assertThat(report.causes()).isEqualTo(Map.of(Cause.UNEXPLAINED, 5L, Cause.KILLED, 25L));
        assertThat(report.verdict()).isEqualTo(LOSS_UNEXPLAINED);
    }

    @Test
    void anEventThatAKilledSessionAndItsReplayBothDeliveredIsAcknowledgedTwice() {
        found(0, 70);
        found(40, 70);

        assertThat(judge(stopped(70).setState(SessionState.KILLED).setAcked(100))
                        .problems())
                .isEmpty();
    }

    @Test
    void nothingMissingOfAKilledSessionIsOnlySoFarAsAnyoneKnows() {
        found(0, 100);

        assertThat(judge(stopped(100).setState(SessionState.KILLED)).verdict()).isEqualTo(COMPLETE_SO_FAR);
    }

    @Test
    void aKilledSessionWhoseCountersWereKeptIsJudgedToItsEnd() {
        found(0, 100);
        AgentLedger.Builder killed = stopped(100).setState(SessionState.KILLED).setCountsFinal(true);

        assertThat(judge(killed).verdict()).isEqualTo(COMPLETE);
        assertThat(judge(killed).notes()).isEmpty();

        SessionReport report = judge(killed.setHits(130).setSequences(List.of(new CpuSequence(0, 130L))));
        assertThat(report.causes()).isEqualTo(Map.of(Cause.KILLED, 30L));
        assertThat(report.verdict()).isEqualTo(LOSS_ACCOUNTED);

        assertThat(judge(killed.setHits(131)).problems())
                .containsExactly("the ledger has 130 numbers given for 131 hits that were to be sent");
    }

    @Test
    void aSilentSessionThatAnotherFollowsIsTakenForKilled() {
        found(0, 90);
        AgentLedger.Builder silent = running(61).setAcked(90);

        assertThat(judge(silent).causes()).isEqualTo(Map.of(Cause.UNSETTLED, 10L));
        SessionReport report = judge(silent, true, INTACT);
        assertThat(report.causes()).isEqualTo(Map.of(Cause.KILLED, 10L));
        assertThat(report.notes()).contains("taken for killed: silent for 61 s, and its host has a later session");
        assertThat(judge(running(60).setAcked(90), true, INTACT).causes()).isEqualTo(Map.of(Cause.UNSETTLED, 10L));
    }

    @Test
    void aTopicMadeAnewHasNoneOfTheEventsAcknowledgedBefore() {
        found(60, 100);
        AgentLedger.Builder ledger =
                stopped(100).setLogs(List.of(log("id-of-old", 0, 60, 0, 59), log(TOPIC_ID, 0, 40, 0, 39)));

        SessionReport report = judge(ledger);

        assertThat(report.causes()).isEqualTo(Map.of(Cause.TOPIC_GONE, 60L));
        assertThat(report.verdict()).isEqualTo(LOSS_ACCOUNTED);
    }

    @Test
    void aTopicMadeAnewExplainsNoMoreThanWasAcknowledgedBefore() {
        found(61, 100);
        AgentLedger.Builder ledger =
                stopped(100).setLogs(List.of(log("id-of-old", 0, 60, 0, 59), log(TOPIC_ID, 0, 40, 0, 39)));

        assertThat(judge(ledger).causes()).isEqualTo(Map.of(Cause.TOPIC_GONE, 60L, Cause.UNEXPLAINED, 1L));
    }

    @Test
    void aLogThatAnotherOfItsPartitionFollowsIsGoneWhateverTheIds() {
        found(60, 100);

        assertThat(judge(stopped(100).setLogs(List.of(log("", 0, 60, 0, 59), log("", 0, 40, 0, 39))))
                        .causes())
                .isEqualTo(Map.of(Cause.TOPIC_GONE, 60L));
        assertThat(judge(stopped(100).setLogs(List.of(log("", 0, 60, 0, 59), log("", 1, 40, 0, 39))))
                        .causes())
                .as("of another partition, which in this topic is empty: that one is gone")
                .isEqualTo(Map.of(Cause.TOPIC_GONE, 40L, Cause.UNEXPLAINED, 20L));
    }

    @Test
    void aLogWhoseIdWasLearnedLateIsStillTheSame() {
        found(60, 100);

        assertThat(judge(stopped(100).setLogs(List.of(log("", 0, 60, 0, 59), log(TOPIC_ID, 0, 40, 60, 99))))
                        .causes())
                .isEqualTo(Map.of(Cause.UNEXPLAINED, 60L));
    }

    @Test
    void aLogThatAnotherAgentWentOnWithInReplayIsStillTheSame() {
        found(1, 100);

        assertThat(judge(stopped(100).setLogs(List.of(log(TOPIC_ID, 0, 60, 0, 59), log(TOPIC_ID, 0, 40, 60, 99))))
                        .causes())
                .as("an acknowledged event is missing, and nothing excuses it")
                .isEqualTo(Map.of(Cause.UNEXPLAINED, 1L));
    }

    @Test
    void aLogThatEndsBeforeWhatItAcknowledgedIsGone() {
        TopicNow shorter = new TopicNow(TOPIC, TOPIC_ID, Map.of(0, new Offsets(0, 99)));

        SessionReport report = judge(stopped(100), false, shorter);

        assertThat(report.causes()).isEqualTo(Map.of(Cause.TOPIC_GONE, 100L));
    }

    @Test
    void retentionExplainsWhatWasAcknowledgedBeforeTheTopicsBeginning() {
        found(30, 100);
        TopicNow retained = new TopicNow(TOPIC, TOPIC_ID, Map.of(0, new Offsets(30, 100)));

        SessionReport report = judge(stopped(100), false, retained);

        assertThat(report.causes()).isEqualTo(Map.of(Cause.RETENTION, 30L));
        assertThat(report.verdict()).isEqualTo(LOSS_ACCOUNTED);
    }

    @Test
    void aCompactedTopicIsNamedForWhatItDeleted() {
        found(90, 100);
        TopicNow compacted = new TopicNow(TOPIC, TOPIC_ID, Map.of(0, new Offsets(0, 100)), true);

        SessionReport report = judge(stopped(100).setRingFull(2).setCaptured(98).setAcked(98), false, compacted);

        assertThat(report.causes()).isEqualTo(Map.of(Cause.COMPACTED, 88L, Cause.RING_FULL, 2L));
        assertThat(report.verdict()).isEqualTo(LOSS_ACCOUNTED);
    }

    @Test
    void retentionExplainsNoMoreThanTheOffsetsThatAreGone() {
        found(31, 100);
        TopicNow retained = new TopicNow(TOPIC, TOPIC_ID, Map.of(0, new Offsets(30, 100)));

        assertThat(judge(stopped(100), false, retained).causes())
                .isEqualTo(Map.of(Cause.RETENTION, 30L, Cause.UNEXPLAINED, 1L));
    }

    @Test
    void aCopyOfTheTopicHasOffsetsOfItsOwn() {
        found(30, 100);
        TopicNow copy = new TopicNow("copy-of-events", "another-id", Map.of(0, new Offsets(30, 100)));

        SessionReport report = judge(stopped(100), false, copy);

        assertThat(report.causes()).isEqualTo(Map.of(Cause.UNEXPLAINED, 30L));
        assertThat(report.notes()).containsExactly("its agent wrote to the topic events; this one is taken for a copy");
    }

    @Test
    void recordsWithoutALedgerCanOnlyShowTheirGapsAndProveNothing() {
        found(0, 10);
        SessionId id = new SessionId(HOST, SESSION);

        assertThat(new Judge(INTACT, NOW, NOW).judge(id, tally).verdict()).isEqualTo(NO_ACCOUNT);
        found(12, 15);
        SessionReport report = new Judge(INTACT, NOW, NOW).judge(id, tally);
        assertThat(report.causes()).isEqualTo(Map.of(Cause.UNEXPLAINED, 2L));
        assertThat(report.verdict()).isEqualTo(LOSS_UNEXPLAINED);
        assertThat(report.notes()).singleElement().asString().startsWith("no ledger");
    }

    @Test
    void aSessionThatHasJustBegunMayBeBeforeItsFirstLedger() {
        found(0, 10);

        assertThat(withoutLedger(9_999, 9_999).verdict()).isEqualTo(COMPLETE_SO_FAR);
        assertThat(withoutLedger(10_000, 10_000).verdict()).isEqualTo(NO_ACCOUNT);
        assertThat(withoutLedger(-600_000, 1).verdict())
                .as("begun while ledgers were read for ten minutes")
                .isEqualTo(COMPLETE_SO_FAR);
    }

    @Test
    void aSessionThatBeginsAheadOfTheAuditorsClockIsNotYoung() {
        found(0, 10);

        assertThat(withoutLedger(-9_999, -9_999).verdict())
                .as("clocks a little apart")
                .isEqualTo(COMPLETE_SO_FAR);
        assertThat(withoutLedger(-10_000, -10_000).verdict()).isEqualTo(NO_ACCOUNT);
        assertThat(withoutLedger(-7_200_000, -7_200_000).notes())
                .anyMatch(note -> note.startsWith("no ledger: "))
                .contains("it began 7,200 s ahead of this machine's clock: set the clocks right");
    }

    /** Judges a session's records, with the ends of both topics so long after its start. */
    private SessionReport withoutLedger(long ledgersEndMs, long eventsEndMs) {
        SessionId id = new SessionId(HOST, SESSION);
        Judge judge = new Judge(
                INTACT, id.start().plusMillis(ledgersEndMs), id.start().plusMillis(eventsEndMs));
        return judge.judge(id, tally);
    }

    @Test
    void whatTheKernelSkippedIsTold() {
        found(0, 100);

        assertThat(judge(stopped(100).setRecursionMisses(3L).setNmissed(4L)).notes())
                .containsExactly("the kernel skipped its hook for 7 packets; they are not among the hits");
    }

    private void found(long from, long to) {
        for (long seq = from; seq < to; seq++) {
            tally.add(0, seq);
        }
    }

    private static AgentLedger.Builder running(long silentSeconds) {
        return stopped(100).setState(SessionState.RUNNING).setTime(NOW.minusSeconds(silentSeconds));
    }

    private SessionReport judge(AgentLedger.Builder ledger) {
        return judge(ledger, false, INTACT);
    }

    private SessionReport judge(AgentLedger.Builder ledger, boolean followed, TopicNow topic) {
        return new Judge(topic, NOW, NOW).judge(ledger.build(), tally, followed);
    }
}
