package io.skbstream.demo.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final String BALANCED =
            "{\"hits\":1500,\"captured\":1490,\"acked\":1475,\"spooled\":5,\"ring_full\":10,\"rejected\":3,\"evicted\":4,\"spool_failed\":2,"
                    + "\"abandoned\":1,\"unaccounted\":0}";

    @Test
    void everyWayToLoseAnEventCountsAsLost() {
        var ledger = Ledger.parse(BALANCED, 0);

        assertThat(ledger.lost()).isEqualTo(20);
        assertThat(ledger.balances()).isTrue();
        assertThat(ledger.sentence())
                .isEqualTo(
                        "every one of 1,500 hits is accounted for: 1,490 captured, 1,475 acked, 5 spooled, 20 lost, 0 unaccounted");
    }

    @Test
    void anUnaccountedEventIsNotGlossedOver() {
        var ledger = Ledger.parse(BALANCED.replace("\"unaccounted\":0", "\"unaccounted\":-1"), 0);

        assertThat(ledger.balances()).isFalse();
        assertThat(ledger.sentence()).contains("does not balance").endsWith("-1 unaccounted");
    }

    @Test
    void anAgentThatFailedDoesNotBalanceWhateverItPrinted() {
        assertThat(Ledger.parse(BALANCED, 1).balances()).isFalse();
    }

    @Test
    void anAgentThatHadToEndBeforeItsThreadsIsSaidToHave() {
        var ledger = Ledger.parse(
                BALANCED.replace("\"unaccounted\":0", "\"unaccounted\":7,\"not_ended\":[\"publish\",\"replay\"]"), 1);

        assertThat(ledger.balances()).isFalse();
        assertThat(ledger.sentence())
                .startsWith("the account of 1,500 hits is not final, since the agent had to end before its threads did"
                        + " (publish, replay): ")
                .endsWith("7 unaccounted; the agent ended with exit code 1");
    }

    @Test
    void aLineWithoutACountIsRefusedByName() {
        assertThatThrownBy(() -> Ledger.parse("{\"hits\":1}", 0))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("no count captured");
        assertThatThrownBy(() -> Ledger.parse("Killed", 137))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("Killed");
    }
}
