package io.skbstream.chaos.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skbstream.chaos.process.ChaosException;
import io.skbstream.chaos.traffic.DeviceTotals;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParsingTest {

    @Test
    void anAgentsLedgerIsRead() {
        LedgerLine ledger =
                LedgerLine.parse("{\"session\":7,\"ring_full\":2,\"captured\":40,\"capture_blocked_max_ms\":0.25,"
                        + "\"rejected_by\":{\"RecordTooLargeException\":3},\"devices\":["
                        + "{\"netns\":1,\"packets\":5,\"bytes\":50},{\"netns\":9,\"packets\":30,\"bytes\":300},"
                        + "{\"netns\":9,\"packets\":1,\"bytes\":10}]}");

        assertThat(ledger.session()).isEqualTo(7);
        assertThat(ledger.numbersGiven()).isEqualTo(42);
        assertThat(ledger.longestBlockMs()).isEqualTo(0.25);
        assertThat(ledger.rejectedBy()).isEqualTo(Map.of("RecordTooLargeException", 3L));
        assertThat(ledger.totalsOf(9)).isEqualTo(new DeviceTotals(31, 310));
    }

    @Test
    void aCountThatALedgerDoesNotHaveIsNotTakenForZero() {
        LedgerLine ledger = LedgerLine.parse("{\"session\":7}");

        assertThatThrownBy(() -> ledger.count("acked"))
                .isInstanceOf(ChaosException.class)
                .hasMessageContaining("no acked");
    }

    @Test
    void everySessionOfAnAuditIsRead() {
        var lines = AuditLine.parse("noise\n"
                + "{\"session\":1,\"ledger\":{\"state\":\"STOPPED\",\"hits\":9},\"records\":8,\"distinct\":7,\"duplicates\":1,"
                + "\"expected\":9,\"missing\":2,\"causes\":{\"evicted\":2},\"unexplained\":0,\"verdict\":\"LOSS_ACCOUNTED\","
                + "\"problems\":[],\"notes\":[\"another\"]}\n"
                + "{\"session\":2,\"ledger\":null,\"records\":0,\"distinct\":0,\"duplicates\":0,\"expected\":0,\"missing\":0,"
                + "\"causes\":{},\"unexplained\":0,\"verdict\":\"COMPLETE\",\"problems\":[\"odd\"]}\n");

        assertThat(lines).extracting(AuditLine::session).containsExactly(1L, 2L);
        assertThat(lines.get(0).state()).isEqualTo("STOPPED");
        assertThat(lines.get(0).ledger()).isEqualTo(Map.of("hits", 9L));
        assertThat(lines.get(0).cause("evicted")).isEqualTo(2);
        assertThat(lines.get(0).cause("rejected")).isZero();
        assertThat(lines.get(1).ledger()).isEmpty();
        assertThat(lines.get(0).notes()).containsExactly("another");
        assertThat(lines.get(1).problems()).containsExactly("odd");
    }

    @Test
    void theKernelsCountsOfADeviceAreRead() {
        String procNetDev =
                """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop
                    lo: 1710405   20010    0    0    0     0          0         0  1710405   20010    0    0
                """;

        assertThat(DeviceTotals.of(procNetDev, "lo")).isEqualTo(new DeviceTotals(20_010, 1_710_405));
    }
}
