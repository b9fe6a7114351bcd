package io.skbstream.example.page;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.LoopbackByHost;
import io.skbstream.avro.SessionState;
import io.skbstream.example.SomeEvents;
import java.time.Instant;
import java.util.List;

/** Rows and ledgers as tests of the page need them. */
final class SomeRows {
    static final Instant T0 = SomeEvents.T0;
    static final long SESSION = SomeEvents.SESSION;

    private SomeRows() {}

    /** A window of 10 s. */
    static LoopbackByHost row(String host, long startS, long packets, long missing) {
        return unfinished(host, startS, packets, missing).build();
    }

    static LoopbackByHost.Builder unfinished(String host, long startS, long packets, long missing) {
        return SomeEvents.row(host, startS)
                .setPackets(packets)
                .setBytes(100 * packets)
                .setEvents(packets)
                .setMissing(missing)
                .setSessions(List.of(SESSION));
    }

    static long ms(long seconds) {
        return T0.plusSeconds(seconds).toEpochMilli();
    }

    static AgentLedger ledger(String host, long session, SessionState state, Instant time, long abandoned) {
        return SomeEvents.ledger(host, session, state)
                .setTime(time)
                .setAbandoned(abandoned)
                .build();
    }
}
