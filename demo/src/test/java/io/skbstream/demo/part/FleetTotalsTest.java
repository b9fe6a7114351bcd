package io.skbstream.demo.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FleetTotalsTest {
    @Test
    void theSimulatorsLastLineIsReadByName() {
        var totals = FleetTotals.parse(
                "{\"kind\":\"total\",\"records\":12,\"packets\":3,\"bytes\":400,\"events\":10,\"duplicates\":2,\"missing\":1,\"late\":7}");

        assertThat(totals).isEqualTo(new FleetTotals(12, 10, 3, 400, 2, 1));
    }

    @Test
    void aLineWithoutACountIsRefusedByName() {
        assertThatThrownBy(() -> FleetTotals.parse("{\"records\":1}"))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("no count events");
        assertThatThrownBy(() -> FleetTotals.parse("Killed"))
                .isInstanceOf(PartException.class)
                .hasMessageContaining("Killed");
    }
}
