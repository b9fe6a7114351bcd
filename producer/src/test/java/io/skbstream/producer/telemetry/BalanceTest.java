package io.skbstream.producer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.skbstream.producer.agent.AgentStatus;
import org.junit.jupiter.api.Test;

class BalanceTest {

    private final Balance balance = new Balance();

    @Test
    void countsThatWereReadWhileEventsMovedProveNothing() {
        balance.look(off(5).build());
        balance.look(off(5).build());

        assertThat(balance.unaccounted()).isZero();
    }

    @Test
    void whatTwoLooksAtRestAgreeOnIsUnaccounted() {
        balance.look(off(5).settled().build());
        assertThat(balance.unaccounted()).as("after one look").isZero();
        balance.look(off(7).build());
        balance.look(off(5).settled().build());

        assertThat(balance.unaccounted()).isEqualTo(5);
    }

    @Test
    void theSameStatusIsOneLookHoweverOftenItIsShown() {
        AgentStatus once = off(5).settled().build();
        balance.look(once);
        balance.look(once);

        assertThat(balance.unaccounted()).isZero();
    }

    @Test
    void anAccountThatBalancesIsZeroAgain() {
        balance.look(off(5).settled().build());
        balance.look(off(5).settled().build());
        balance.look(off(0).settled().build());

        assertThat(balance.unaccounted()).isZero();
    }

    private static SomeStatus off(int events) {
        SomeStatus status = new SomeStatus();
        status.record().setHits(1000 + events);
        return status;
    }
}
