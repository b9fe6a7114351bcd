package io.skbstream.example.page;

import io.skbstream.avro.AgentLedger;
import io.skbstream.avro.LoopbackByHost;
import java.util.List;

/**
 * What is known of a host at a moment, or what of it has changed.
 *
 * @param name of the host
 * @param newestEventMs time of its newest event by its own clock, in ms since the epoch; 0 if there is none
 * @param eventHeardMs when an event of it last came, by this machine's clock; 0 if none has
 * @param ledgerHeardMs when its ledger last came, likewise
 * @param row of its newest window; null if there is none
 * @param ledger the last word of its newest session; null if there is none
 * @param windows in order of time: all that are kept, or those that changed
 */
record HostState(
        String name,
        long newestEventMs,
        long eventHeardMs,
        long ledgerHeardMs,
        LoopbackByHost row,
        AgentLedger ledger,
        List<Window> windows) {}
