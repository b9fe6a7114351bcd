package io.skbstream.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.Hook;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.SessionState;
import io.skbstream.chaos.kafka.WindowCounts.Counts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class JobRowsTest {

    private static final Instant FIRST = Instant.ofEpochSecond(100);
    private static final Instant SECOND = Instant.ofEpochSecond(110);

    private final SortedMap<Instant, LoopbackByHost> rows = new TreeMap<>(
            Map.of(FIRST, row(FIRST, 7).build(), SECOND, row(SECOND, 3).build()));
    private final Map<Instant, Counts> topic =
            new TreeMap<>(Map.of(FIRST, new Counts(7, 0, 0), SECOND, new Counts(3, 0, 0)));

    @Test
    void rowsThatSayWhatTheTopicHoldsPass() {
        assertThat(JobRows.check(rows, topic, 1)).isEmpty();
    }

    @Test
    void aRowThatStaysPartialFails() {
        change(SECOND, row -> row.setPartial(true));
        assertThat(JobRows.check(rows, topic, 1)).containsExactly("window " + SECOND + ": the row is partial");
    }

    @Test
    void eventsInAnotherWindowFailThoughTheirSumIsRight() {
        change(FIRST, row -> row.setEvents(6));
        change(SECOND, row -> row.setEvents(4));
        assertThat(JobRows.check(rows, topic, 1)).hasSize(2);
    }

    @Test
    void missingOnesDuplicatesAndLateOnesFail() {
        change(FIRST, row -> row.setMissing(1).setDuplicates(1));
        change(SECOND, row -> row.setLate(1));
        assertThat(JobRows.check(rows, topic, 1)).hasSize(3);

        topic.put(FIRST, new Counts(7, 1, 1));
        assertThat(JobRows.check(rows, topic, 1)).hasSize(1);
    }

    @Test
    void aWindowThatOnlyOneSideHasFails() {
        rows.remove(FIRST);
        assertThat(JobRows.check(rows, topic, 1)).containsExactly("window " + FIRST + ": there is no row");

        topic.clear();
        assertThat(JobRows.check(rows, topic, 1)).containsExactly("window " + SECOND + ": the topic has no events");
    }

    @Test
    void asManyAgentsAreSeenAsThereWere() {
        assertThat(JobRows.check(rows, topic, 2)).containsExactly("no row says that there are 2 agents");

        change(SECOND, row -> row.setAgents(2));
        assertThat(JobRows.check(rows, topic, 2)).isEmpty();
        assertThat(JobRows.check(rows, topic, 1)).hasSize(1);
    }

    private void change(Instant window, UnaryOperator<LoopbackByHost.Builder> change) {
        rows.put(window, change.apply(row(window, rows.get(window).getEvents())).build());
    }

    private static LoopbackByHost.Builder row(Instant start, long events) {
        return LoopbackByHost.newBuilder()
                .setHost("chaos")
                .setWindowStart(start)
                .setWindowEnd(start.plusSeconds(10))
                .setPackets(events)
                .setBytes(84 * events)
                .setEvents(events)
                .setMissing(0)
                .setDuplicates(0)
                .setLate(0)
                .setHistogram(List.of())
                .setTalkers(List.of())
                .setSessions(List.of(1L))
                .setHook(Hook.TRACEPOINT)
                .setAgentState(SessionState.RUNNING)
                .setAgents(1);
    }
}
