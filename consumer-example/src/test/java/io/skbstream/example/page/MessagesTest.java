package io.skbstream.example.page;

import static io.skbstream.example.page.SomeRows.SESSION;
import static io.skbstream.example.page.SomeRows.T0;
import static io.skbstream.example.page.SomeRows.ledger;
import static io.skbstream.example.page.SomeRows.ms;
import static io.skbstream.example.page.SomeRows.row;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skbstream.avro.SessionState;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MessagesTest {
    private final Fleet fleet = new Fleet();

    @Test
    void aMessageIsOneEventWithOneLineOfJsonWhateverAHostIsCalled() throws Exception {
        fleet.take(row("we\"b\n\n1", 0, 5, 2), ms(4), ms(4));

        String text = new String(Messages.of("snapshot", fleet.state(), 42), StandardCharsets.UTF_8);
        assertThat(text).startsWith("event: snapshot\ndata: {").endsWith("}\n\n");
        assertThat(text.strip().lines()).hasSize(2);
        assertThat(host().get("host").asText()).isEqualTo("we\"b\n\n1");
        assertThat(host().get("windows").toString()).isEqualTo("[[%d,%d,5,500,5,2,0,0,0,0]]".formatted(ms(0), ms(10)));
    }

    @Test
    void withoutALedgerNothingIsSaidOfLosses() throws Exception {
        fleet.take(row("web-1", 0, 5, 0), ms(4), ms(4));

        assertThat(host().has("lost")).isFalse();
        assertThat(host().has("state")).isFalse();
        assertThat(host().has("waiting")).isFalse();
    }

    @Test
    void whatAnAgentLostAtItsEndIsSaidThoughNoRowComesAnyMore() throws Exception {
        fleet.take(row("web-1", 0, 5, 0), ms(4), ms(4));
        fleet.take(ledger("web-1", SESSION, SessionState.STOPPED, T0.plusSeconds(9), 7), ms(9));

        assertThat(host().get("state").asText()).isEqualTo("STOPPED");
        assertThat(host().get("ledgerMs").asLong()).isEqualTo(ms(9));
        assertThat(host().get("lost").get("abandoned").asLong()).isEqualTo(7);
    }

    @Test
    void aLedgerOfAnOlderSessionThanTheRowsSaysNothingOfTheNewOne() throws Exception {
        fleet.take(ledger("web-1", SESSION - 1, SessionState.STOPPED, T0, 0), ms(0));
        fleet.take(row("web-1", 0, 5, 0), ms(4), ms(4));

        assertThat(host().has("state")).isFalse();
        assertThat(host().has("lost")).isFalse();
    }

    @Test
    void aHostWithoutTrafficHasItsLedger() throws Exception {
        fleet.take(ledger("web-1", SESSION, SessionState.RUNNING, T0, 0), ms(0));

        assertThat(host().get("kernel").asText()).isEqualTo("6.1.0");
        assertThat(host().get("windows")).isEmpty();
    }

    private JsonNode host() throws Exception {
        String text = new String(Messages.of("snapshot", fleet.state(), 42), StandardCharsets.UTF_8);
        return new ObjectMapper()
                .readTree(text.substring(text.indexOf('{')))
                .get("hosts")
                .get(0);
    }
}
