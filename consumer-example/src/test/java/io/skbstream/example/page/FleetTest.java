package io.skbstream.example.page;

import static io.skbstream.example.page.SomeRows.SESSION;
import static io.skbstream.example.page.SomeRows.T0;
import static io.skbstream.example.page.SomeRows.ledger;
import static io.skbstream.example.page.SomeRows.ms;
import static io.skbstream.example.page.SomeRows.row;
import static io.skbstream.example.page.SomeRows.unfinished;
import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.avro.SessionState;
import org.junit.jupiter.api.Test;

class FleetTest {
    private final Fleet fleet = new Fleet();

    @Test
    void theLaterRowOfAWindowReplacesTheEarlierOne() {
        fleet.take(row("web-1", 0, 5, 2), ms(4), ms(4));
        fleet.take(row("web-1", 0, 8, 0), ms(9), ms(9));

        assertThat(only().windows()).extracting(Window::packets).containsExactly(8L);
        assertThat(only().windows()).extracting(Window::missing).containsExactly(0L);
        assertThat(only().newestEventMs()).isEqualTo(ms(9));
    }

    @Test
    void aLateRowOfAnOlderWindowTakesItsPlaceAndIsNotTheNewest() {
        fleet.take(row("web-1", 10, 5, 0), ms(14), ms(14));
        fleet.take(row("web-1", 0, 8, 0), ms(9), ms(9));

        assertThat(only().windows()).extracting(Window::packets).containsExactly(8L, 5L);
        assertThat(only().row().getPackets()).isEqualTo(5);
        assertThat(only().newestEventMs()).isEqualTo(ms(14));
    }

    @Test
    void onlyTheNewestWindowsOfAHostAreKept() {
        for (int i = 0; i < Fleet.WINDOWS + 7; i++) {
            fleet.take(row("web-1", 10L * i, i, 0), ms(10L * i), ms(10L * i));
        }

        assertThat(only().windows()).hasSize(Fleet.WINDOWS);
        assertThat(only().windows().get(0).packets()).isEqualTo(7);
        assertThat(fleet.drain().hosts().get(0).windows()).hasSize(Fleet.WINDOWS);
    }

    @Test
    void beyondTheBoundTheHostGoesThatIsSilentForLongest() {
        for (int i = 0; i < Fleet.HOSTS; i++) {
            fleet.take(row("host-" + i, 10, 1, 0), ms(i == 3 ? 10_000 : 11), ms(i == 3 ? 1 : 11));
        }
        assertThat(fleet.drain().overflowed()).isFalse();
        fleet.take(row("one-more", 10, 1, 0), ms(11), ms(11));

        assertThat(fleet.state().hosts()).hasSize(Fleet.HOSTS).noneMatch(host -> host.name()
                .equals("host-3"));
        var change = fleet.drain();
        assertThat(change.gone()).containsExactly("host-3");
        assertThat(change.overflowed()).isTrue();
        assertThat(fleet.state().overflowed()).isTrue();
    }

    @Test
    void aHostThatGoesInTheTickInWhichItCameIsNotAmongTheChanges() {
        for (int i = 0; i < Fleet.HOSTS; i++) {
            fleet.take(row("host-" + i, 10, 1, 0), ms(11), ms(11));
        }
        fleet.take(row("old", 0, 1, 0), ms(1), ms(1));

        assertThat(fleet.drain().hosts()).hasSize(Fleet.HOSTS).noneMatch(host -> host.name()
                .equals("old"));
    }

    @Test
    void whatIsDrainedIsWhatChangedSinceTheLastTime() {
        fleet.take(row("web-1", 0, 1, 0), ms(1), ms(1));
        fleet.take(row("web-2", 0, 1, 0), ms(1), ms(1));
        fleet.take(row("web-1", 10, 2, 0), ms(11), ms(11));
        assertThat(fleet.drain().hosts()).extracting(HostState::name).containsExactly("web-1", "web-2");
        assertThat(fleet.drain()).isNull();

        fleet.take(row("web-1", 10, 3, 0), ms(12), ms(12));
        var change = fleet.drain();
        assertThat(change.hosts()).hasSize(1);
        assertThat(change.hosts().get(0).windows()).extracting(Window::packets).containsExactly(3L);
        assertThat(fleet.state().hosts()).hasSize(2);
    }

    @Test
    void thatTheConnectionWentIsAChange() {
        fleet.connected(true);
        assertThat(fleet.drain().connected()).isTrue();
        fleet.connected(true);
        assertThat(fleet.drain()).isNull();
        fleet.connected(false);
        assertThat(fleet.drain().connected()).isFalse();
    }

    @Test
    void anOlderSessionsLedgerDoesNotReplaceTheNewestOnes() {
        fleet.take(ledger("web-1", SESSION + 1, SessionState.RUNNING, T0, 0), ms(0));
        fleet.take(ledger("web-1", SESSION, SessionState.STOPPED, T0.plusSeconds(9), 0), ms(9));
        assertThat(only().ledger().getState()).isEqualTo(SessionState.RUNNING);

        fleet.take(ledger("web-1", SESSION + 1, SessionState.STOPPED, T0.plusSeconds(10), 0), ms(10));
        assertThat(only().ledger().getState()).isEqualTo(SessionState.STOPPED);
    }

    @Test
    void aRowInWhichOnlyLateEventsAreNewHasTheTimeOfAnotherHost() {
        fleet.take(row("web-1", 0, 5, 0), ms(4), ms(5));
        fleet.take(unfinished("web-1", 0, 5, 0).setLate(1).build(), ms(8), ms(20));
        fleet.take(unfinished("web-1", 10, 0, 0).setLate(2).build(), ms(18), ms(30));
        assertThat(only().newestEventMs()).isEqualTo(ms(4));
        assertThat(only().eventHeardMs()).isEqualTo(ms(5));
        assertThat(only().windows()).extracting(Window::late).containsExactly(1L, 2L);

        fleet.take(unfinished("web-1", 10, 1, 0).setLate(2).build(), ms(19), ms(31));
        assertThat(only().newestEventMs()).isEqualTo(ms(19));
        assertThat(only().eventHeardMs()).isEqualTo(ms(31));
    }

    @Test
    void aDuplicateIsASignOfLifeToo() {
        fleet.take(row("web-1", 0, 5, 0), ms(4), ms(5));
        var again = unfinished("web-1", 0, 5, 0).setDuplicates(1);
        fleet.take(again.build(), ms(4), ms(9));
        assertThat(only().eventHeardMs()).isEqualTo(ms(9));
    }

    private HostState only() {
        assertThat(fleet.state().hosts()).hasSize(1);
        return fleet.state().hosts().get(0);
    }
}
