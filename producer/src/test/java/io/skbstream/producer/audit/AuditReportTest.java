package io.skbstream.producer.audit;

import static io.skbstream.producer.audit.Ledgers.HOST;
import static io.skbstream.producer.audit.Ledgers.NOW;
import static io.skbstream.producer.audit.Ledgers.SESSION;
import static io.skbstream.producer.audit.Ledgers.TOPIC;
import static io.skbstream.producer.audit.Ledgers.TOPIC_ID;
import static io.skbstream.producer.audit.Ledgers.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuditReportTest {

    private static final SessionId ID = new SessionId(HOST, SESSION);

    @Test
    void noSessionProvesNothing() {
        assertThat(report(List.of(), List.of()).verdict()).isEqualTo(Verdict.NO_ACCOUNT);
    }

    @Test
    void aHostThatIsNotThereIsNoAccountThoughTheOthersAreComplete() {
        SessionReport complete = new Judge(new TopicNow(TOPIC, TOPIC_ID, Map.of()), NOW, NOW)
                .judge(stopped(0).setLogs(List.of()).build(), new Tally(), false);

        assertThat(report(List.of(complete), List.of()).verdict()).isEqualTo(Verdict.COMPLETE);
        assertThat(report(List.of(complete), List.of()).absence()).isEmpty();
        AuditReport report = report(List.of(complete), List.of("host web-3"));
        assertThat(report.verdict()).isEqualTo(Verdict.NO_ACCOUNT);
        assertThat(report.absence().orElseThrow())
                .startsWith("NO ACCOUNT: no session was found of host web-3; correct");
    }

    @Test
    void whatWasAskedForAndIsNotThereIsNamed() {
        Wanted wanted = new Wanted(Set.of("web-3", HOST, "web-2"), Set.of(1L, SESSION));

        assertThat(wanted.has(ID)).isTrue();
        assertThat(wanted.has(new SessionId("web-4", SESSION))).isFalse();
        assertThat(wanted.has(new SessionId(HOST, 2))).isFalse();
        assertThat(wanted.absentFrom(List.of(ID)))
                .containsExactly("host web-2", "host web-3", "session 1970-01-01T00:00:00.001Z");
    }

    @Test
    void whoAsksForNothingWantsAllAndMissesNothing() {
        Wanted all = new Wanted(Set.of(), Set.of());

        assertThat(all.has(ID)).isTrue();
        assertThat(all.absentFrom(List.of())).isEmpty();
    }

    private static AuditReport report(List<SessionReport> sessions, List<String> absent) {
        return new AuditReport(TOPIC, sessions, absent, List.of());
    }
}
