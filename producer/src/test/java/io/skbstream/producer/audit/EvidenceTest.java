package io.skbstream.producer.audit;

import static io.skbstream.producer.audit.Ledgers.HOST;
import static io.skbstream.producer.audit.Ledgers.NOW;
import static io.skbstream.producer.audit.Ledgers.SESSION;
import static io.skbstream.producer.audit.Ledgers.TOPIC;
import static io.skbstream.producer.audit.Ledgers.TOPIC_ID;
import static io.skbstream.producer.audit.Ledgers.stopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.SessionState;
import io.skbstream.producer.audit.TopicNow.Offsets;
import io.skbstream.schemas.EventId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EvidenceTest {

    private final Evidence evidence = new Evidence();

    @Test
    void theLastLedgerOfASessionCountsEvenIfTheClockWasSetBack() {
        evidence.add(running(1).setTime(NOW.plusSeconds(3600)).build(), 0, 7);
        evidence.add(running(2).setTime(NOW).build(), 0, 8);
        evidence.add(running(1).setTime(NOW.plusSeconds(1)).build(), 0, 6);

        assertThat(hits()).isEqualTo(2);
    }

    @Test
    void anEndIsNotTakenBackByALedgerThatComesLate() {
        evidence.add(stopped(2).setState(SessionState.KILLED).build(), 0, 7);
        evidence.add(running(1).build(), 0, 8);

        assertThat(hits()).isEqualTo(2);
    }

    @Test
    void aReplayAfterTheEndIsANewerLedger() {
        evidence.add(stopped(2).setAcked(1).setSpooled(1).build(), 0, 7);
        evidence.add(stopped(2).setTime(NOW.minusSeconds(1)).build(), 0, 8);

        assertThat(judge().get(0).ledger().orElseThrow().getAcked()).isEqualTo(2);
    }

    @Test
    void ledgersThatMovedToAnotherPartitionAreOrderedByTime() {
        evidence.add(running(2).setTime(NOW).build(), 1, 0);
        evidence.add(running(1).setTime(NOW.minusSeconds(10)).build(), 0, 99);

        assertThat(hits()).isEqualTo(2);
    }

    @Test
    void sessionsOfAnotherTopicAreLeftOutUnlessTheirRecordsAreHere() {
        evidence.add(stopped(1).setTopic("others").build(), 0, 0);
        evidence.add(stopped(1).setHost("web-2").setTopic("others").build(), 0, 1);
        evidence.add(new EventId("web-2", SESSION, 0, 0));

        assertThat(judge()).extracting(report -> report.id().host()).containsExactly("web-2");
    }

    @Test
    void sessionsAreToldApartByHostAndStart() {
        for (int i = 0; i < 3; i++) {
            evidence.add(new EventId("web-2", SESSION, 0, i));
            evidence.add(new EventId(HOST, SESSION + 1, 0, i));
            evidence.add(new EventId(HOST, SESSION, 0, i));
            evidence.add(new EventId(HOST, SESSION, 1, i));
        }

        assertThat(judge())
                .extracting(SessionReport::id, SessionReport::distinct)
                .containsExactly(
                        tuple(new SessionId(HOST, SESSION), 6L),
                        tuple(new SessionId(HOST, SESSION + 1), 3L),
                        tuple(new SessionId("web-2", SESSION), 3L));
    }

    @Test
    void onlyALaterSessionOfTheSameHostFollows() {
        evidence.add(running(2).setTime(NOW.minusSeconds(100)).setAcked(0).build(), 0, 0);
        evidence.add(new EventId("web-2", SESSION + 1, 0, 0));
        evidence.add(new EventId(HOST, SESSION - 1, 0, 0));
        assertThat(report(SESSION).causes()).isEqualTo(Map.of(Cause.UNSETTLED, 2L));

        evidence.add(new EventId(HOST, SESSION + 1, 0, 0));
        assertThat(report(SESSION).causes()).isEqualTo(Map.of(Cause.KILLED, 2L));
    }

    @Test
    void twoAgentsThatRanUnderOneNameAtTheSameTimeAreNoted() {
        long later = SESSION + 60_000;
        evidence.add(running(1).setTime(Instant.ofEpochMilli(later + 20_000)).build(), 0, 0);
        evidence.add(
                running(1)
                        .setSession(later)
                        .setTime(Instant.ofEpochMilli(later + 30_000))
                        .build(),
                0,
                1);
        evidence.add(running(1).setHost("web-2").setSession(later).setTime(NOW).build(), 0, 2);

        assertThat(report(SESSION).notes())
                .anyMatch(note -> note.startsWith(
                        "another agent ran as host web-1 at the same time, session " + later + ", for 20 s or more"));
        assertThat(report(later).notes()).anyMatch(note -> note.contains("session " + SESSION + ", for 20 s"));
        assertThat(judge().get(2).notes()).noneMatch(note -> note.contains("another agent"));
    }

    @Test
    void anAgentThatFollowsAnotherIsNoSecondOne() {
        evidence.add(stopped(1).setTime(Instant.ofEpochMilli(SESSION + 5_000)).build(), 0, 0);
        evidence.add(running(1).setSession(SESSION + 5_000).build(), 0, 1);

        assertThat(judge()).noneMatch(report -> report.notes().toString().contains("another agent"));
    }

    @Test
    void ofSeveralAgentsAtTheSameTimeTheOneThatBeganFirstIsNamed() {
        Random random = new Random(15);
        for (int round = 0; round < 300; round++) {
            Map<SessionId, Long> endMs = new TreeMap<>();
            Evidence some = new Evidence();
            for (int i = 0; i < 8; i++) {
                SessionId id = new SessionId("web-" + random.nextInt(2), SESSION + 500L * random.nextInt(40));
                long end = id.session() + 500L * random.nextInt(-2, 20);
                if (endMs.putIfAbsent(id, end) == null) {
                    some.add(ran(id, end), 0, i);
                }
            }

            assertThat(judge(some)).allSatisfy(report -> assertThat(othersNamed(report))
                    .isEqualTo(endMs.keySet().stream()
                            .filter(other -> !other.equals(report.id())
                                    && other.host().equals(report.id().host())
                                    && Math.min(endMs.get(other), endMs.get(report.id()))
                                                    - Math.max(
                                                            other.session(),
                                                            report.id().session())
                                            > 1_000)
                            .limit(1)
                            .map(other -> "session " + other.session() + ",")
                            .toList()));
        }
    }

    @Test
    void manySessionsAreJudgedInNoTimeOfOneHostOrOfMany() {
        for (int i = 0; i < 40_000; i++) {
            SessionId id = new SessionId(i % 2 == 0 ? HOST : "host-" + i, SESSION + 10_000L * i);
            evidence.add(ran(id, id.session() + 5_000), 0, i);
        }

        assertTimeout(Duration.ofSeconds(20), () -> assertThat(judge()).hasSize(40_000));
    }

    private static AgentLedger ran(SessionId id, long endMs) {
        return stopped(1)
                .setHost(id.host())
                .setSession(id.session())
                .setTime(Instant.ofEpochMilli(endMs))
                .build();
    }

    private static List<String> othersNamed(SessionReport report) {
        return report.notes().stream()
                .filter(note -> note.startsWith("another agent"))
                .map(note -> note.replaceFirst(".*(session \\d+,).*", "$1"))
                .toList();
    }

    private SessionReport report(long session) {
        return judge().stream()
                .filter(report -> report.id().equals(new SessionId(HOST, session)))
                .findFirst()
                .orElseThrow();
    }

    private static AgentLedger.Builder running(long hits) {
        return stopped(hits).setState(SessionState.RUNNING);
    }

    private long hits() {
        return judge().get(0).ledger().orElseThrow().getHits();
    }

    private List<SessionReport> judge() {
        return judge(evidence);
    }

    private static List<SessionReport> judge(Evidence evidence) {
        return evidence.judge(new TopicNow(TOPIC, TOPIC_ID, Map.of(0, new Offsets(0, 1000))), NOW, NOW);
    }
}
